import type { ImportProgress } from '@cartwright/catalog';
import { SingleBar } from 'cli-progress';

export interface ProgressDisplay {
  readonly show: (progress: ImportProgress) => void;
  readonly end: () => void;
}

const everyMs = 2_000;

/** A bar on a terminal, a line every two seconds elsewhere. `size` is that of the file, in bytes. */
export function progressOn(stream: NodeJS.WriteStream, size: number): ProgressDisplay {
  return stream.isTTY ? bar(stream, size) : lines(stream);
}

function bar(stream: NodeJS.WriteStream, size: number): ProgressDisplay {
  const format = '{bar} {percentage}% | {processed} lines, {created} created, {updated} updated, {refused} refused | {duration_formatted}';
  const shown = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: false });
  shown.start(size, 0, { processed: 0, created: 0, updated: 0, refused: 0 });
  return {
    show: ({ bytes, ...counts }) => shown.update(Math.min(bytes, size), counts),
    end: () => shown.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): ProgressDisplay {
  let shownAt = Date.now();
  const show = ({ processed, created, updated, refused }: ImportProgress): void => {
    if (Date.now() - shownAt < everyMs) return;
    shownAt = Date.now();
    stream.write(`${processed} lines so far: ${created} created, ${updated} updated, ${refused} refused\n`);
  };
  return { show, end: () => undefined };
}
