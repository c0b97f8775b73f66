import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * What a program did to its files, in order. A `file` is known by the path under which it was made, and a number when others were made
 * there before. `began` and `ended` are places in that order; one that never ended has Infinity.
 */
export type DiskEvent = { readonly began: number; ended: number } & DiskAction;

export type DiskAction =
  | { readonly kind: 'write'; readonly file: string; readonly offset: number; readonly bytes: Buffer; readonly synced: boolean }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'create'; readonly path: string; readonly file: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string };

/** The calls to be recorded: all that change a file or make a change last. `mmap` is there to see that nothing writes through memory. */
const calls =
  'open,openat,creat,close,lseek,write,writev,pwrite64,pwritev,fsync,fdatasync,msync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mmap';

/** How to run a program so that `readCalls` can follow it. */
export function straceArguments(log: string, paths: readonly string[]): string[] {
  return [
    '-f',
    '--seccomp-bpf',
    '-y',
    '-xx',
    '-s',
    '100000000',
    '-o',
    log,
    ...paths.flatMap((path) => ['-P', path]),
    '-e',
    `trace=${calls}`,
  ];
}

/** Reads a log of strace. Errors: a call that it does not know how to follow. */
export async function readCalls(log: string): Promise<DiskEvent[]> {
  const reader = new CallReader();
  for await (const line of createInterface({ input: createReadStream(log), crlfDelay: Infinity })) reader.line(line);
  return reader.events;
}

const line = /^(\d+) +(?:<\.\.\. (\w+) resumed>(.*)|(\w+)\((.*))$/s;

class CallReader {
  readonly events: DiskEvent[] = [];
  private readonly unfinished = new Map<string, string>();
  private readonly begun = new Map<string, DiskEvent>();
  /** Open files that are written through (O_SYNC, O_DSYNC), and where the next plain write of a file goes. */
  private readonly synced = new Set<string>();
  private readonly positions = new Map<string, number>();
  private readonly made = new Map<string, number>();
  private time = 0;

  line(text: string): void {
    this.time++;
    const [, process, resumed, rest, call, args] = line.exec(text) ?? [];
    if (process === undefined) return;
    if (resumed !== undefined) {
      const whole = `${this.unfinished.get(process)}${rest}`;
      this.finish(process, resumed, whole);
    } else if (args!.endsWith('<unfinished ...>')) {
      this.unfinished.set(process, args!.slice(0, -'<unfinished ...>'.length));
      this.begin(process, call!, args!);
    } else {
      this.begin(process, call!, args!);
      this.finish(process, call!, args!);
    }
  }

  private begin(process: string, call: string, args: string): void {
    const action = this.actionOf(call, args);
    if (!action) return;
    const event = { ...action, began: this.time, ended: Infinity };
    this.events.push(event);
    this.begun.set(process, event);
  }

  private finish(process: string, call: string, args: string): void {
    this.unfinished.delete(process);
    const [, result] = /= (-?\d+)[^=]*$/s.exec(args) ?? [];
    const event = this.begun.get(process);
    this.begun.delete(process);
    if (event) event.ended = this.time;
    if (result === undefined || Number(result) < 0) {
      // It has changed nothing.
      if (event) this.events.splice(this.events.indexOf(event), 1);
      return;
    }
    if (event?.kind === 'write' && Number(result) !== event.bytes.length) throw new Error(`a short write: ${args.slice(-100)}`);
    this.follow(call, args, result);
  }

  /** Keeps account of open files and their positions. */
  private follow(call: string, args: string, result: string): void {
    const file = fileOf(args);
    if (call === 'openat' || call === 'open') {
      this.synced.delete(result);
      if (/O_D?SYNC/.test(args)) this.synced.add(result);
    }
    if (call === 'lseek' && file) this.positions.set(file.number, Number(result));
    if ((call === 'write' || call === 'writev') && file)
      this.positions.set(file.number, (this.positions.get(file.number) ?? 0) + Number(result));
    if (call === 'close' && file) this.positions.delete(file.number);
    if (call === 'mmap' && file && /PROT_WRITE/.test(args) && /MAP_SHARED/.test(args))
      throw new Error(`${file.path} is written through memory`);
    if (call === 'msync') throw new Error('msync is not followed');
  }

  private actionOf(call: string, args: string): DiskAction | undefined {
    const file = fileOf(args);
    switch (call) {
      case 'write':
      case 'writev':
        return file && this.write(file, this.positions.get(file.number) ?? 0, args);
      case 'pwrite64':
      case 'pwritev':
        return file && this.write(file, Number(/, (\d+)\)? *(?:=|<unf)/.exec(args)?.[1]), args);
      case 'fsync':
      case 'fdatasync':
        return file && { kind: 'sync', file: this.name(file.path) };
      case 'ftruncate':
        throw new Error('ftruncate is not followed');
      case 'openat':
      case 'open':
        return /O_CREAT/.test(args) ? this.create(stringsOf(args)[0]!.toString(), /O_TRUNC/.test(args)) : undefined;
      case 'rename':
      case 'renameat':
      case 'renameat2':
        return { kind: 'rename', path: stringsOf(args)[0]!.toString(), to: stringsOf(args)[1]!.toString() };
      case 'unlink':
      case 'unlinkat':
        return { kind: 'remove', path: stringsOf(args)[0]!.toString() };
      default:
        return undefined;
    }
  }

  private create(path: string, anew: boolean): DiskAction {
    if (anew) this.made.set(path, (this.made.get(path) ?? 0) + 1);
    return { kind: 'create', path, file: this.name(path) };
  }

  private name(path: string): string {
    const number = this.made.get(path) ?? 0;
    return number > 1 ? `${path}#${number}` : path;
  }

  private write(file: { number: string; path: string }, offset: number, args: string): DiskAction {
    if (!Number.isInteger(offset)) throw new Error(`a write without a place: ${args.slice(-100)}`);
    return {
      kind: 'write',
      file: this.name(file.path),
      offset,
      bytes: Buffer.concat(stringsOf(args)),
      synced: this.synced.has(file.number),
    };
  }
}

/** The open file that is a call's first argument: `12<\x2f\x74...>`. */
function fileOf(args: string): { number: string; path: string } | undefined {
  const [, number, path] = /^(?:NULL, \d+, [A-Z_|]+, [A-Z_|]+, )?(\d+)<([^>]*)>/.exec(args) ?? [];
  return number === undefined ? undefined : { number, path: fromHex(path!).toString() };
}

function stringsOf(args: string): Buffer[] {
  return [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text]) => fromHex(text!));
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}
