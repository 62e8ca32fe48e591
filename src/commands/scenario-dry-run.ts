import { describeOccurrence, disorderText } from '../core/scenario/describe-step.ts';
import { flatten, type Planned } from '../core/scenario/unroll.ts';
import { visible } from '../core/visible.ts';
import type { ScenarioPlan } from '../flows/scenario-step.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import type { Io } from './context.ts';

/** Prints the steps in the order in which they would be played, with what disorder did to them. */
export async function printPlan(
  { scenario, planned, started }: ScenarioPlan,
  { json }: { json?: boolean },
  { stdout }: Io,
): Promise<void> {
  const digits = Math.max(2, String(flatten(planned).length).length);
  if (!json)
    await writeAll(stdout, `${visible(scenario.name)} for ${visible(started.url)}, nothing is sent\n`);
  for (const line of lines(planned, '')) await writeAll(stdout, line);

  function lines(list: readonly Planned[], indent: string): string[] {
    return list.flatMap((one) => {
      if ('branches' in one) {
        const inside = one.branches.flatMap((branch) => lines(branch, `${indent}  `));
        return json ? inside : [`${indent}at the same time:\n`, ...inside];
      }
      const { id, severity, title } = describeOccurrence(scenario, one, digits);
      const changed = disorderText(one);
      const shown = changed === '' ? title : `${title}; ${changed}`;
      return [
        json
          ? formatEventJson({ type: 'case', id, severity, title: shown })
          : `${indent}${visible(id)}  ${visible(shown)}\n`,
      ];
    });
  }
}
