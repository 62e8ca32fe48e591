import { Ajv2020, type CodeOptions } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/**
 * A validator for JSON Schema 2020-12 that reports every error, with the value that it is about. `code` is for the
 * build, which keeps what is compiled.
 */
export function createAjv(code: CodeOptions = {}): Ajv2020 {
  // Our schemas carry x- annotations, and a user's may carry others: strict mode would refuse them.
  const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true, logger: false, code });
  addFormats.default(ajv);
  return ajv;
}
