import { stringify } from 'yaml';

/** A scenario as a YAML file, with a line that says what it is. */
export function formatScenario(scenario: object): string {
  const text = stringify(scenario, { lineWidth: 0, blockQuote: 'literal' });
  return `# A scenario: play it with \`hooks run <this file> --to <endpoint>\`; \`hooks schema scenario\` tells its format.\n${text}`;
}
