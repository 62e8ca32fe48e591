import type { Recording } from '../recording.ts';

/** A recording from a file. Id and time are absent where the file has none, and for the caller to give. */
export type ImportedRecording = Omit<Recording, 'id' | 'at'> & {
  id?: string;
  at?: Date;
  /** What the file lacks, e.g. the body of a large upload; one sentence. */
  importWarning?: string;
};
