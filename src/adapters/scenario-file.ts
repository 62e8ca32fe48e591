import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { isObject } from '../core/json.ts';
import { parsePointer } from '../core/json-pointer.ts';
import { nearest } from '../core/nearest.ts';
import type { Located } from '../core/scenario/located.ts';
import { parseScenario } from '../core/scenario/parse-scenario.ts';
import { type Problem, scenarioError } from '../core/scenario/problem.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import { compileSchema } from './compile-schema.ts';
import { parseYaml } from './located-yaml.ts';
import { packageRoot } from './package-root.ts';
import { problemsOf } from './schema-problems.ts';

function scenarioSchemaPath(): string {
  return join(packageRoot(), 'fixtures', 'scenario.schema.json');
}

/** The scenario in a text. Throws HooksError `invalid-input`, whose message begins with file, line and column. */
export async function readScenario(text: string, file: string): Promise<Scenario> {
  const located = parseYaml(text, file);
  const problems = await schemaProblems(located);
  if (problems.length > 0) throw scenarioError(problems);
  return parseScenario(located);
}

/** Where a document departs from the schema of scenarios. */
async function schemaProblems({ document, placeOf, placeOfKey }: Located): Promise<Problem[]> {
  const validate = await compileSchema(await readFile(scenarioSchemaPath()));
  if (validate(document)) return [];
  return (validate.errors ?? []).filter(isTelling).flatMap((error) => {
    const path = parsePointer(error.instancePath);
    const extra: unknown = error.params.additionalProperty;
    const place = typeof extra === 'string' ? placeOfKey([...path, extra]) : placeOf(path);
    return problemsOf([error]).map(({ pointer, message }) => ({
      place,
      message: `${pointer === '' ? 'the scenario' : pointer} ${sentence(error, message)}`,
      ...suggestion(error),
    }));
  });
}

/** The branches of the one choice in the schema say less than its summary; a key that is unknown is told once. */
function isTelling({ schemaPath, keyword }: ErrorObject): boolean {
  return !schemaPath.includes('/anyOf/') && keyword !== 'propertyNames';
}

const SENTENCES: Readonly<Record<string, string>> = {
  anyOf: 'must be a status: 200, 2xx, or a list of them',
  minProperties: 'must say what is done',
  maxProperties: 'must say one thing alone; write two steps',
};

function sentence({ keyword, instancePath, data }: ErrorObject, message: string): string {
  if (keyword === 'pattern' && /\/(?:wait|within|every|maxLatency)$/.test(instancePath)) {
    return `must be a duration with a unit, like 500ms or 2s; is ${JSON.stringify(data)}`;
  }
  // Whatever stands there instead may be the secret itself.
  if (keyword === 'pattern' && instancePath.endsWith('/secret')) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the spelling that is asked for
    return 'must be a reference: ${env:NAME} or ${file:path}; no secret stands in a scenario';
  }
  if (keyword === 'type' && /\/(?:wait|within|every|maxLatency)$/.test(instancePath)) {
    return `must be a duration with a unit: did you mean ${String(data)}s or ${String(data)}ms?`;
  }
  return SENTENCES[keyword] ?? message;
}

function suggestion({ keyword, params, parentSchema }: ErrorObject): { next?: string } {
  if (keyword !== 'additionalProperties' || !isObject(parentSchema?.properties)) return {};
  const names = Object.keys(parentSchema.properties);
  const near = nearest(String(params.additionalProperty), names);
  return { next: near === undefined ? `what can stand here: ${names.join(', ')}` : `did you mean ${near}?` };
}
