import { createHash, createHmac, randomUUID } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { refusal } from '@cartwright/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { trusted, type Model } from 'mongoose';
import { catchError, from, lastValueFrom, type Observable } from 'rxjs';
import { isDuplicate } from '../store/document-store';
import { isOutsideTransaction } from '../messaging/reactions';
import { documentSchema } from '../store/schema';
import { Transactions } from '../store/transactions';
import { callerOf } from './access';
import { clientOf } from './client-address';
import { InvalidInput, statusOf, toProblem, type Problem } from './problem';
import { seal, unseal } from './sealed';
import { uploadOf } from './upload';

/** A UUID has 36, 96 random bits in base64 have 16. */
const shortestOfStrangers = 16;

export const IdempotencyKeyReused = refusal(
  'idempotency_key_reused',
  'unprocessable',
  () => 'This Idempotency-Key was used for a different request.',
);
/** `retryAfter`: seconds until the first request has answered, or has said again that it is alive. */
export const IdempotencyInProgress = refusal<{ retryAfter: number }>(
  'idempotency_in_progress',
  'conflict',
  ({ retryAfter }) => `The first request with this Idempotency-Key is still running; ask again in ${retryAfter} s.`,
  { retryAfter: 1 },
);

interface StoredAnswer {
  readonly _id: string;
  readonly fingerprint: string;
  readonly createdAt: Date;
  /** While running: the request that holds the key, and until when it may be silent before another one takes over, because it must have died. */
  readonly owner?: string;
  readonly leaseUntil?: Date;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Sealed under the key itself, because answers hold tokens and addresses. */
  readonly body?: string;
}

export const idempotencySchema = documentSchema('idempotencyKeys', {
  _id: { type: String, required: true },
  fingerprint: { type: String, required: true },
  createdAt: { type: Date, required: true },
  owner: { type: String },
  leaseUntil: { type: Date },
  status: { type: Number },
  headers: { type: Object },
  body: { type: String },
});
idempotencySchema.index({ createdAt: 1 }, { expireAfterSeconds: 24 * 3600 });

/** A request says this often that it is alive, and counts as dead when it has been silent for so long. */
const leaseMs = 3_000;
const beatMs = 1_000;
const keptHeaders = ['location', 'etag'];

/** An answer that was given before, on its way to being given again. */
class Replay extends Error {
  constructor(
    readonly answer: StoredAnswer,
    readonly body: unknown,
  ) {
    super('replay');
  }
}

/** A key, and the one request that may answer under it. */
interface Claim {
  readonly id: string;
  readonly owner: string;
}

type Answer = Pick<StoredAnswer, 'status' | 'headers' | 'body'>;

/**
 * `Idempotency-Key` on any POST: the first answer is kept for 24 hours for each caller, route and key and given again to repetitions. Answers of the 5xx
 * kind and 429 are not kept, as they say "try again"; a request that died frees its key when its lease ends.
 *
 * A keyed request runs in one transaction with its answer: after a crash there are both or neither, and a request that lost its key because it was silent for too long
 * cannot commit. A route that reaches outside says so with {@link OutsideTransaction}, and why repeating it is harmless.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @InjectModel('idempotencyKeys') private readonly answers: Model<StoredAnswer>,
    private readonly transactions: Transactions,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.once(String(key), context, next)).pipe(
      catchError((error: unknown) => {
        if (error instanceof Replay) return Promise.resolve(replay(error, reply));
        throw error;
      }),
    );
  }

  private async once(key: string, context: ExecutionContext, next: CallHandler): Promise<unknown> {
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new InvalidInput({
        errors: [{ path: 'Idempotency-Key', code: 'malformed', message: 'Idempotency-Key has 1 to 255 printable characters.' }],
      });
    }
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const caller = callerOf(request);
    // With nothing but the key to tell strangers of one address apart, the one who guesses it would be answered with the other's tokens.
    if (!caller && !request.body && key.length < shortestOfStrangers) {
      const message = `Without a token and a body, Idempotency-Key has at least ${shortestOfStrangers} characters, chosen at random.`;
      throw new InvalidInput({ errors: [{ path: 'Idempotency-Key', code: 'too_short', message }] });
    }
    const whose = caller ? `${caller.kind}:${caller.id}` : `anonymous:${clientOf(request.ip)}`;
    const claim = { id: hash([whose, `${request.method} ${request.routeOptions.url}`, key]), owner: randomUUID() };
    // Keyed, because a body may hold a password, which a plain hash would give away to guessing.
    const fingerprint = createHmac('sha256', key)
      .update(JSON.stringify([request.url, uploadOf(request)?.digest ?? request.body ?? null]))
      .digest('base64url');
    await this.begin(claim, key, fingerprint);
    const work = async (): Promise<unknown> => {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.keep(claim, { status: reply.statusCode, headers: headersOf(reply), body: seal(body, key) });
      return body;
    };
    try {
      return await (isOutsideTransaction(context.getHandler()) ? this.alive(claim, work) : this.transactions.run(work));
    } catch (error) {
      const problem = toProblem(error);
      const passing = problem.status >= 500 || problem.status === statusOf.too_many;
      await (passing
        ? this.free(claim).catch(() => undefined) // it is free in three seconds anyhow
        : this.keep(claim, { status: problem.status, body: seal(problem, key) }).catch(onlyMine));
      throw error;
    }
  }

  /** Takes the key, or finds out what became of the request that took it. */
  private async begin({ id, owner }: Claim, key: string, fingerprint: string): Promise<void> {
    const now = new Date();
    const lease = { owner, leaseUntil: new Date(now.getTime() + leaseMs) };
    try {
      await this.answers.create({ _id: id, fingerprint, createdAt: now, ...lease });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const earlier = (await this.answers.findById(id).lean()) as StoredAnswer | null;
      if (!earlier) return this.begin({ id, owner }, key, fingerprint);
      if (earlier.fingerprint !== fingerprint) throw new IdempotencyKeyReused({});
      if (earlier.status !== undefined) throw new Replay(earlier, unseal(earlier.body, key));
      const { modifiedCount } = await this.answers.updateOne(
        { _id: id, status: trusted({ $exists: false }), leaseUntil: trusted({ $lt: now }) },
        { $set: lease },
      );
      if (modifiedCount === 0) throw stillRunning((earlier.leaseUntil?.getTime() ?? 0) - now.getTime());
    }
  }

  /**
   * Says that the request is alive for as long as it works. Inside a transaction nobody needs to: who takes the key over undoes it, and its own word in between would.
   */
  private async alive<T>({ id, owner }: Claim, work: () => Promise<T>): Promise<T> {
    const extend = (): unknown =>
      this.answers.updateOne({ _id: id, owner }, { $set: { leaseUntil: new Date(Date.now() + leaseMs) } }).catch(() => undefined); // the next beat may succeed
    const beat = setInterval(extend, beatMs);
    try {
      return await work();
    } finally {
      clearInterval(beat);
    }
  }

  /** Keeps an answer under a key that is still this request's own. */
  private async keep({ id, owner }: Claim, answer: Answer): Promise<void> {
    const kept = { $set: answer, $unset: { owner: 1, leaseUntil: 1 } };
    const { matchedCount } = await this.answers.updateOne({ _id: id, owner }, kept, { session: this.transactions.session });
    if (matchedCount === 0) throw stillRunning(leaseMs);
  }

  private async free({ id, owner }: Claim): Promise<void> {
    await this.answers.deleteOne({ _id: id, owner });
  }
}

function stillRunning(leftMs: number): Error {
  return new IdempotencyInProgress({ retryAfter: Math.max(1, Math.ceil(leftMs / 1_000)) });
}

/** Somebody else answers under the key now; the error that was on its way goes to its own client all the same. */
function onlyMine(error: unknown): void {
  if (!(error instanceof IdempotencyInProgress)) throw error;
}

function replay({ answer, body }: Replay, reply: FastifyReply): unknown {
  void reply.code(answer.status ?? 200).headers({ ...answer.headers, 'Idempotent-Replayed': 'true' });
  if ((answer.status ?? 200) >= 400) {
    const problem = { ...(body as Problem), instance: reply.request.url.split('?')[0], requestId: reply.request.id };
    void reply.header('Content-Type', 'application/problem+json; charset=utf-8');
    return JSON.stringify(problem);
  }
  return body ?? undefined;
}

function headersOf(reply: FastifyReply): Record<string, string> {
  const present = keptHeaders.filter((name) => reply.hasHeader(name));
  return Object.fromEntries(present.map((name) => [name, String(reply.getHeader(name))]));
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('base64url');
}
