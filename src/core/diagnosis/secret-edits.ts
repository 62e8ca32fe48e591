import type { Mistakes } from './mistake.ts';

export const SECRET_EDIT_MISTAKES = {
  'secret-white-space': {
    what: 'one side uses the secret with white space or a line end around it: {detail}',
    fix: 'trim the secret where it is read (echo adds a line end, printf does not), on both sides alike',
  },
  'secret-quoted': {
    what: 'one side uses the secret with quotation marks around it: {detail}',
    fix: 'take the quotation marks off; env files and shells differ in whether they do so by themselves',
  },
  'secret-prefix-missing': {
    what: 'the secret was given without the prefix {detail} with which it was used',
    fix: 'copy the whole secret, its prefix included',
  },
  'secret-percent-encoded': {
    what: 'one side uses the secret percent-encoded, as in a URL',
    fix: 'decode the secret once where it is read from a URL or a form, and nowhere else',
  },
  'secret-letter-case': {
    what: 'one side uses the secret in {detail}',
    fix: 'keep the case of the secret exactly as it was given',
  },
} as const satisfies Mistakes;

/** A secret as the other side may have it. */
export interface SecretEdit {
  id: keyof typeof SECRET_EDIT_MISTAKES;
  detail?: string;
  text: string;
}

/** What becomes of a secret on its way through files, shells and forms; without the secret itself. */
export function secretEdits(text: string): SecretEdit[] {
  const edits: SecretEdit[] = [
    { id: 'secret-white-space', detail: 'the one given here has it', text: text.trim() },
    { id: 'secret-white-space', detail: 'a line feed behind it', text: `${text}\n` },
    { id: 'secret-white-space', detail: 'carriage return and line feed behind it', text: `${text}\r\n` },
    { id: 'secret-white-space', detail: 'a space behind it', text: `${text} ` },
    { id: 'secret-white-space', detail: 'a space before it', text: ` ${text}` },
    { id: 'secret-quoted', detail: 'double ones', text: `"${text}"` },
    { id: 'secret-quoted', detail: 'single ones', text: `'${text}'` },
    {
      id: 'secret-quoted',
      detail: 'the one given here has them',
      text: text.replace(/^\s*(["'`])(.*)\1\s*$/s, '$2'),
    },
    { id: 'secret-percent-encoded', text: percentEncoded(text) },
    { id: 'secret-percent-encoded', text: percentDecoded(text) },
  ];
  if (!/^[a-z]+_/.test(text)) {
    edits.push({ id: 'secret-prefix-missing', detail: "'whsec_'", text: `whsec_${text}` });
  }
  if (/^[0-9a-f-]+$/i.test(text)) {
    edits.push({ id: 'secret-letter-case', detail: 'capital letters', text: text.toUpperCase() });
    edits.push({ id: 'secret-letter-case', detail: 'small letters', text: text.toLowerCase() });
  }
  return edits.filter((edit) => edit.text !== text && edit.text !== '');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}
