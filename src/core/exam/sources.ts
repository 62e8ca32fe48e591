import type { Reference } from '../report.ts';

export const HTTP_SEMANTICS: Reference = {
  title: 'RFC 9110, HTTP semantics',
  url: 'https://www.rfc-editor.org/rfc/rfc9110',
};

export const JSON_FORMAT: Reference = {
  title: 'RFC 8259, the JSON format',
  url: 'https://www.rfc-editor.org/rfc/rfc8259',
};

export const STANDARD_WEBHOOKS: Reference = {
  title: 'Standard Webhooks specification',
  url: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
};
