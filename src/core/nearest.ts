/**
 * The candidate that was probably meant by a mistyped or shortened name, without regard to case; undefined when none
 * is close. Of equally close ones the first.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const greatest = Math.min(acceptedDistance(wanted, candidate), (best?.distance ?? Infinity) - 1);
    if (Math.abs(candidate.length - wanted.length) > greatest) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= greatest) best = { candidate, distance };
  }
  return best?.candidate ?? shortestContaining(wanted, candidates);
}

/** Advice for a name that is not known: the nearest of the candidates, if any, or what to do otherwise. */
export function suggestion(name: string, candidates: readonly string[], otherwise: string): string {
  const near = nearest(name, candidates);
  return near === undefined ? otherwise : `did you mean ${near}? Or ${otherwise}`;
}

/** One mistake in three characters, and never so many that nothing of the name would be left. */
function acceptedDistance(name: string, candidate: string): number {
  return Math.min(Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3)), name.length - 1);
}

function shortestContaining(name: string, candidates: readonly string[]): string | undefined {
  if (name.length < 3) return undefined;
  const containing = candidates.filter((candidate) => candidate.toLowerCase().includes(name));
  return containing.sort((a, b) => a.length - b.length)[0];
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwap ? at(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
