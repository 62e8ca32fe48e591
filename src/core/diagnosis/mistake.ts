/** What a mistake is called, what happened and what to do about it. `{detail}` stands for what is known of this case. */
export interface Mistake {
  /** One sentence. */
  what: string;
  /** One sentence. */
  fix: string;
  /** The fix in the words of a framework, by its name. */
  frameworks?: Readonly<Record<string, string>>;
}

export type Mistakes = Readonly<Record<string, Mistake>>;

/** A mistake that was proven: with it, the signature received comes out exactly. */
export interface FoundMistake {
  id: string;
  /** What is particular to this case; never a secret or a right signature. */
  detail?: string;
}

export function found(id: string, detail?: string): FoundMistake {
  return detail === undefined ? { id } : { id, detail };
}
