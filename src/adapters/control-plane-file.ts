import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { ProviderPack } from '../core/catalogue.ts';
import type { ControlPlaneDocument, Route } from '../core/control-plane/document.ts';
import { HooksError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { formatPointer } from '../core/json-pointer.ts';
import type { SchemaProblem } from '../core/verdict.ts';
import { createAjv } from './ajv.ts';
import { packageRoot } from './package-root.ts';
import { problemsOf } from './schema-problems.ts';

const FILE = 'control-plane.json';

/** True for a provider whose folder describes a control plane. */
export function hasControlPlane({ directory }: ProviderPack): boolean {
  return existsSync(join(directory, FILE));
}

/** The control plane in a provider's folder. Throws HooksError `invalid-manifest`, or `unknown-name` where there is none. */
export function readControlPlane(pack: ProviderPack): ControlPlaneDocument {
  const file = join(pack.directory, FILE);
  if (!existsSync(file)) {
    throw new HooksError(
      'unknown-name',
      `there is no stand-in for the control plane of ${pack.manifest.name}`,
      {
        why: `its folder has no ${FILE}`,
        next: 'deliver with `hooks send` instead',
      },
    );
  }
  const document = parse(file);
  const problems = checkControlPlane(document);
  if (problems.length === 0) return document as ControlPlaneDocument;
  throw new HooksError('invalid-manifest', `${file} does not describe a control plane`, {
    why: problems.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; '),
    next: 'compare it with `fixtures/control-plane.schema.json`',
  });
}

/** Where a document departs from `fixtures/control-plane.schema.json`; empty when it does not. */
export function checkControlPlane(document: unknown): SchemaProblem[] {
  const schema: unknown = JSON.parse(
    readFileSync(join(packageRoot(), 'fixtures', 'control-plane.schema.json'), 'utf8'),
  );
  const validate = createAjv().compile(schema as object);
  return validate(document) ? [] : problemsOf(validate.errors ?? []);
}

/** Compares bodies with the request schemas of a document, each of which is compiled once. */
export function createRequestValidator(
  document: ControlPlaneDocument,
): (route: Route, body: Json) => SchemaProblem[] {
  const ajv = createAjv();
  ajv.addSchema({ ...document, $id: 'control-plane' }, 'control-plane', undefined, false);
  return ({ pointer }, body) => {
    const schema = [...pointer, 'requestBody', 'content', 'application/json', 'schema'];
    const reference = `control-plane#${encodeURI(formatPointer(schema))}`;
    const validate = ajv.getSchema(reference);
    if (validate === undefined) throw new TypeError(`no schema at ${reference}`);
    if (validate(body)) return [];
    const errors = validate.errors ?? [];
    // A list of all event types would bury what is wrong.
    const unknown = errors.filter(isUnknownEventType);
    return [
      ...unknown.map(({ instancePath }) => ({
        pointer: instancePath,
        message: 'is no event type that can be subscribed to',
      })),
      ...problemsOf(errors.filter((error) => !unknown.includes(error))),
    ];
  };
}

function isUnknownEventType({ keyword, parentSchema }: ErrorObject): boolean {
  return keyword === 'enum' && parentSchema?.['x-hooks-enum'] !== undefined;
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new HooksError('invalid-manifest', `cannot read ${file}`, {
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
