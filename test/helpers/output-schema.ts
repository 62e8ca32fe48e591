import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAjv } from '../../src/adapters/ajv.ts';
import { repoRoot } from './repo-root.ts';

const schema = JSON.parse(readFileSync(join(repoRoot, 'fixtures/output.schema.json'), 'utf8')) as object & {
  $defs: Record<string, { properties?: { type?: { const?: string } } }>;
};
const validate = createAjv().compile(schema);
// By itself: oneOf reports the errors of every branch.
const byType = new Map(
  Object.entries(schema.$defs).flatMap(([name, { properties }]) =>
    properties?.type?.const === undefined
      ? []
      : [
          [
            properties.type.const,
            createAjv().compile({ ...schema, oneOf: [{ $ref: `#/$defs/${name}` }] }),
          ] as const,
        ],
  ),
);

/** Values of `type` that the schema describes. */
export const describedTypes = [...byType.keys()];

/** The lines of an output of --json, each checked against `fixtures/output.schema.json`. */
export function checkedLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      const check = byType.get(String(line.type)) ?? validate;
      assert.ok(
        check(line),
        `${text.slice(0, 500)}\n${JSON.stringify(check.errors?.map(({ instancePath, message, params }) => [instancePath, message, params]))}`,
      );
      assert.ok(validate(line), `more than one description fits ${text.slice(0, 500)}`);
      return line;
    });
}
