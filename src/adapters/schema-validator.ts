import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { valueAt } from '../core/json-pointer.ts';
import type { ProviderManifest } from '../core/provider.ts';
import type { SchemaCheck, SchemaProblem } from '../core/verdict.ts';
import { compileSchema } from './compile-schema.ts';
import { parseSchema, readSchemaFiles } from './provider-packs.ts';
import { problemsOf } from './schema-problems.ts';

/** Compares a document with the schemas of an event type; compiles each once. */
export type Validate = (pack: ProviderPack, eventType: string, document: Json) => Promise<SchemaCheck>;

export function createValidator(): Validate {
  const compiled = new Map<string, Promise<ValidateFunction[]>>();
  return async (pack, eventType, document) => {
    const key = `${pack.directory}\0${eventType}`;
    const validators = compiled.get(key) ?? compile(pack, eventType);
    compiled.set(key, validators);
    return check(await validators, document, pack.manifest.lenient);
  };
}

async function compile(pack: ProviderPack, eventType: string): Promise<ValidateFunction[]> {
  const files = await readSchemaFiles(pack, eventType);
  return Promise.all(
    files.map(async (file) => {
      try {
        return await compileSchema(file.bytes, (text) => parseSchema(file.path, text));
      } catch (cause) {
        if (cause instanceof HooksError) throw cause;
        throw new HooksError(
          'invalid-manifest',
          `the schema of ${eventType}${file.variant ? `@${file.variant}` : ''} cannot be used`,
          {
            why: cause instanceof Error ? cause.message : String(cause),
            next: `mend it in ${pack.directory}`,
            cause,
          },
        );
      }
    }),
  );
}

function check(
  validators: readonly ValidateFunction[],
  document: Json,
  lenient: ProviderManifest['lenient'],
): SchemaCheck {
  if (validators.length === 0) return { state: 'no-schema' };
  const checks = validators.map((validate) => checkOne(validate, document, lenient));
  const valid = checks.find(({ errors }) => errors.length === 0);
  if (valid) return { state: 'valid', warnings: valid.warnings };
  // Of several formats the one was meant whose outline fits best; of these the one with the fewest errors.
  const [nearest] = checks.sort(
    (a, b) => atRoot(a.errors) - atRoot(b.errors) || a.errors.length - b.errors.length,
  );
  return { state: 'invalid', errors: nearest?.errors ?? [], warnings: nearest?.warnings ?? [] };
}

function atRoot(errors: readonly SchemaProblem[]): number {
  return errors.filter(({ pointer }) => pointer === '').length;
}

function checkOne(
  validate: ValidateFunction,
  document: Json,
  lenient: ProviderManifest['lenient'],
): { errors: SchemaProblem[]; warnings: SchemaProblem[] } {
  try {
    if (validate(document)) return { errors: [], warnings: [] };
  } catch (error) {
    // A hostile body can nest deeper than the stack reaches.
    return { errors: [{ pointer: '', message: `cannot be checked: ${String(error)}` }], warnings: [] };
  }
  const all = validate.errors ?? [];
  const isWarning = (error: ErrorObject) =>
    (lenient?.unknownEnumValues === true && error.keyword === 'enum') ||
    (lenient?.newerRequired === true && isNewerRequired(error));
  return {
    errors: problemsOf(all.filter((error) => !isWarning(error))),
    warnings: problemsOf(all.filter(isWarning)),
  };
}

/** A required property that the provider added later, marked `x-newer`, is missing. */
function isNewerRequired({ keyword, params, parentSchema }: ErrorObject): boolean {
  if (keyword !== 'required') return false;
  const property = valueAt(parentSchema, ['properties', String(params.missingProperty)]);
  return valueAt(property, ['x-newer']) !== undefined;
}
