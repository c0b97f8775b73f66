import { encode, type Document } from '../bson/codec';
import { show } from '../bson/show';
import { fail } from '../errors';
import type { Tail, TailBatch, TailRequest } from '../execution/cursors';
import { Filling } from '../execution/filling';
import { News } from '../storage/news';
import type { Oplog } from '../storage/oplog';
import type { OplogEntry } from '../storage/oplog-entry';
import { OplogReader } from '../storage/oplog-reader';
import { placeOfTime, timeOf } from '../storage/place';
import { eventOf, invalidateOf, type Lookup } from './event';
import type { StreamOptions } from './options';
import { tokenOf, type ResumePoint } from './resume-token';
import { concerns, ends } from './scope';
import { checkedEvent, splitEvent } from './split-event';

/** What a stream is made of. */
export interface StreamParts {
  readonly oplog: Oplog;
  readonly options: StreamOptions;
  /** The stages behind `$changeStream`; undefined where they filter the event out. */
  readonly shape: (event: Document) => Document | undefined;
  /** Whether events that are too large are sent in pieces. */
  readonly splits: boolean;
  readonly lookup: Lookup;
}

/** Something to send, and how far the stream is behind it. */
interface Ready {
  readonly bytes: Buffer;
  readonly point: ResumePoint;
}

/** Entries looked at before others get their turn. */
const slice = 200;

/** One client's view of the oplog: tells what concerns it, in order, and waits for more. */
export class ChangeStream implements Tail {
  readonly isChangeStream = true;
  readonly awaitsData = true;
  busy = false;
  private readonly reader: OplogReader;
  private readonly ready: Ready[] = [];
  private point: ResumePoint;
  private over = false;
  private caughtUp = false;
  private closed = false;
  private readonly news: News;

  /** Errors: 286 when what comes next is not kept any more, 280 when the token is of no event that this stream would tell. */
  constructor(private readonly parts: StreamParts) {
    this.point = parts.options.start ?? { place: nextTime(parts.oplog), kind: 'time' };
    this.reader = new OplogReader(parts.oplog, this.point.place);
    this.news = new News(parts.oplog);
    if (this.point.kind !== 'time') this.skipTo(this.point);
  }

  async more({ size, patience, gone }: TailRequest): Promise<TailBatch> {
    if (this.busy) throw fail('CursorInUse', 'the change stream is being read already');
    this.busy = true;
    try {
      const batch = new Filling(size);
      const until = Date.now() + patience;
      while (!this.fill(batch) && !gone?.aborted) {
        if (this.caughtUp && (batch.documents.length > 0 || patience === 0)) break;
        if (patience > 0 && Date.now() >= until) break;
        await (this.caughtUp ? this.news.next(until, gone) : new Promise(setImmediate));
        if (this.closed) throw fail('CursorKilled', 'cursor killed');
      }
      return { documents: batch.documents, exhausted: this.over && this.ready.length === 0, resumeToken: tokenOf(this.point) };
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.closed = true;
    this.news.interrupt();
  }

  /** Takes what is ready and reads on, for a while; true when the batch is full or the stream at its end. */
  private fill(batch: Filling): boolean {
    this.caughtUp = false;
    for (let looked = 0; looked < slice; looked++) {
      if (!this.hasRoom(batch) || this.over) return true;
      const entry = this.readNext();
      if (!entry) {
        this.caughtUp = true;
        return false;
      }
      this.take(entry);
    }
    return false;
  }

  /** Moves what is ready into the batch; false when not all of it fits. */
  private hasRoom(batch: Filling): boolean {
    for (let next = this.ready[0]; next; next = this.ready[0]) {
      if (!batch.add(next.bytes)) return false;
      this.ready.shift();
      this.point = next.point;
    }
    return true;
  }

  private readNext(): OplogEntry | undefined {
    if (this.reader.isLost) throw historyLost();
    return this.reader.next();
  }

  private take(entry: OplogEntry): void {
    const { options } = this.parts;
    const concerned = concerns(options.scope, entry, options.showExpandedEvents);
    if (concerned) this.tell(entry, pointOf(entry));
    if (concerned && ends(options.scope, entry)) this.invalidate(entry);
    if (this.ready.length === 0) this.passBy(entry);
  }

  private tell(entry: OplogEntry, point: ResumePoint): void {
    const { options, lookup } = this.parts;
    this.send(eventOf(entry, tokenOf({ ...point, fragment: undefined }), options, lookup), point);
  }

  private invalidate(entry: OplogEntry): void {
    const point: ResumePoint = { ...pointOf(entry), kind: 'invalidate' };
    this.send(invalidateOf(entry, tokenOf(point)), point);
    this.over = true;
    // The stream ends with the notice, whether or not the client's stages let that through.
    if (this.ready.length === 0) this.point = point;
  }

  private send(event: Document, point: ResumePoint): void {
    const { shape, splits } = this.parts;
    const shaped = shape(event);
    if (!shaped) return;
    checkToken(event, shaped);
    if (!splits) return void this.ready.push({ bytes: checkedEvent(encode(shaped)), point });
    const pieces = splitEvent(shaped, point);
    pieces.forEach(({ bytes, fragment }) => this.ready.push({ bytes, point: { ...point, fragment } }));
  }

  /** An entry of no concern moves the stream on all the same, so that it can be resumed behind it. */
  private passBy({ place }: OplogEntry): void {
    const passed: ResumePoint = { place: placeOfTime(timeOf(place)), kind: 'time' };
    if (tokenOf(passed)._data > tokenOf(this.point)._data) this.point = passed;
  }

  /** Finds the event that the client has seen last; what belongs to it and was not seen yet comes next. */
  private skipTo(point: ResumePoint): void {
    const { options, splits } = this.parts;
    const entry = this.readNext();
    const isIt = entry?.place.equals(point.place) && uuidOf(entry).equals(point.uuid!);
    const isTold = entry && concerns(options.scope, entry, options.showExpandedEvents);
    if (!isIt || !isTold || (point.kind === 'invalidate' && !ends(options.scope, entry)))
      throw fatal(`cannot resume stream; the resume token was not found. ${show(tokenOf(point))}`);
    if (point.fragment !== undefined && !splits)
      throw fatal('To resume from a split event, the $changeStream pipeline must include a $changeStreamSplitLargeEvent stage');
    if (point.fragment !== undefined) this.tell(entry, point);
    if (ends(options.scope, entry) && point.kind === 'event') this.invalidate(entry);
  }
}

/** A stream that is told no other beginning begins behind the last event. */
function nextTime(oplog: Oplog): ResumePoint['place'] {
  const place = Buffer.from(oplog.settled);
  place.writeUInt32BE(place.readUInt32BE(4) + 1, 4);
  place.writeUInt32BE(0, 8);
  return place;
}

function pointOf(entry: OplogEntry): ResumePoint {
  return { place: entry.place, kind: 'event', uuid: uuidOf(entry) };
}

const noUuid = Buffer.alloc(16);

function uuidOf({ uuid }: OplogEntry): Buffer {
  return uuid ? Buffer.from(uuid.value()) : noUuid;
}

function checkToken({ _id: expected }: Document, { _id: found }: Document): void {
  if ((found as { _data?: unknown } | undefined)?._data === (expected as { _data: string })._data) return;
  throw fatal(
    `Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying the _id field of an event makes it impossible to resume the stream from that point. Only transformations that retain the unmodified _id field are allowed. Expected: ${show({ _id: expected })} but found: ${found === undefined ? '(none)' : show({ _id: found })}`,
  );
}

function fatal(message: string): Error {
  return fail('ChangeStreamFatalError', message);
}

function historyLost(): Error {
  return fail('ChangeStreamHistoryLost', 'Resume of change stream was not possible, as the resume point may no longer be in the oplog.');
}
