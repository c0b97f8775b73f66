import type { Stored } from '@cartwright/kernel';
import type { ImportCounts, ImportFormat, ImportWishes, RefusedLine } from '../contract/import-catalog';

export const importStatuses = ['waiting', 'running', 'done', 'failed'] as const;
/** `waiting` for those before it; `running`; `done`, whatever was refused; `failed`: the file could not be read to its end. */
export type ImportStatus = (typeof importStatuses)[number];

/** So many refused lines are kept of an import, the first ones; of all others it is known how many they were. */
export const mostRefusals = 1_000;

/** A file that somebody has sent to be imported. */
export interface CatalogueImport extends Stored, ImportCounts, ImportWishes {
  readonly status: ImportStatus;
  readonly format: ImportFormat;
  /** The id of what was sent. */
  readonly upload: string;
  /** Of what was sent, in bytes. */
  readonly size: number;
  /** The user who sent it. */
  readonly by: string;
  /** Bytes of it read so far. */
  readonly read: number;
  /** The last line that is accounted for. */
  readonly line: number;
  /** The first of those that were refused. */
  readonly refusals: readonly RefusedLine[];
  /** Who works on it: a new name each time that it is taken up. */
  readonly holder?: string;
  /** How often it was taken up since it last got on. */
  readonly attempts: number;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** Why it failed. */
  readonly failure?: ImportFailure;
}

export interface ImportFailure {
  readonly code: string;
  readonly message: string;
}
