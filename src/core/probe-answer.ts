/** What a probe answered: a URL with its status, a command without. */
export type ProbeAnswer =
  | { ok: true; text: string; status?: number }
  /** With status and text where there was an answer all the same. */
  | { ok: false; message: string; text?: string; status?: number };
