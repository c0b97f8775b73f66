/** The data folder belongs to a server that is running; `uri` reaches it. */
export class DataFolderBusy extends Error {
  constructor(
    readonly dataDir: string,
    /** Absent while the other server is still starting. */
    readonly uri: string | undefined,
  ) {
    super(`The data folder ${dataDir} is in use by a running server${uri === undefined ? '' : ` at ${uri}`}.`);
    this.name = 'DataFolderBusy';
  }
}

/** The data folder cannot be used: it holds something else, data of a newer version or damaged data, or it cannot be written. */
export class DataFolderRefused extends Error {
  constructor(
    readonly dataDir: string,
    reason: string,
    /** The reason is the whole message: the error comes from another thread. */
    whole = false,
  ) {
    super(whole ? reason : `The data folder ${dataDir} cannot be used: ${reason}`);
    this.name = 'DataFolderRefused';
  }
}

const reasons: Record<string, string> = {
  EACCES: 'this user may not write to it; change its owner or its permissions',
  EPERM: 'this user may not write to it; change its owner or its permissions',
  EROFS: 'its file system is read-only',
  ENOSPC: 'no space is left on its disk; make room and start again',
  EDQUOT: 'the disk quota is used up; make room and start again',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'it is a file, not a folder',
};

/** Says what an error of the file system means for a data folder. */
export function refusedBecause(dataDir: string, error: unknown): DataFolderRefused {
  if (error instanceof DataFolderRefused) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : reasons[code];
  return new DataFolderRefused(dataDir, reason === undefined ? message : `${reason} (${message})`);
}
