import { createHash, createHmac } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { refusal } from '@cartwright/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { trusted, type Model } from 'mongoose';
import { catchError, from, lastValueFrom, type Observable } from 'rxjs';
import { isDuplicate } from '../store/document-store';
import { documentSchema } from '../store/schema';
import { callerOf } from './access';
import { InvalidInput, statusOf, toProblem, type Problem } from './problem';
import { seal, unseal } from './sealed';

export const IdempotencyKeyReused = refusal(
  'idempotency_key_reused',
  'unprocessable',
  () => 'This Idempotency-Key was used for a different request.',
);
export const IdempotencyInProgress = refusal(
  'idempotency_in_progress',
  'conflict',
  () => 'The first request with this Idempotency-Key is still running.',
);

interface StoredAnswer {
  readonly _id: string;
  readonly fingerprint: string;
  readonly createdAt: Date;
  /** While running: when another request may take over, because the first one must have died. */
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
  leaseUntil: { type: Date },
  status: { type: Number },
  headers: { type: Object },
  body: { type: String },
});
idempotencySchema.index({ createdAt: 1 }, { expireAfterSeconds: 24 * 3600 });

const leaseMs = 30_000;
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

/**
 * `Idempotency-Key` on any POST: the first answer is kept for 24 hours for each caller and key and given again to repetitions. Answers of the 5xx
 * kind and 429 are not kept, as they say "try again"; a request that died frees its key when its lease ends.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(@InjectModel('idempotencyKeys') private readonly answers: Model<StoredAnswer>) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.once(String(key), request, reply, next)).pipe(
      catchError((error: unknown) => {
        if (error instanceof Replay) return Promise.resolve(replay(error, reply));
        throw error;
      }),
    );
  }

  private async once(key: string, request: FastifyRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new InvalidInput({
        errors: [{ path: 'Idempotency-Key', code: 'malformed', message: 'Idempotency-Key has 1 to 255 printable characters.' }],
      });
    }
    const caller = callerOf(request);
    const id = hash([caller ? `${caller.kind}:${caller.id}` : `anonymous:${request.ip}`, key]);
    // Keyed, because a body may hold a password, which a plain hash would give away to guessing.
    const fingerprint = createHmac('sha256', key)
      .update(JSON.stringify([request.method, request.url, request.body ?? null]))
      .digest('base64url');
    await this.begin(id, key, fingerprint);
    try {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.keep(id, {
        status: reply.statusCode,
        headers: headersOf(reply),
        body: seal(body, key),
      });
      return body;
    } catch (error) {
      const problem = toProblem(error);
      const passing = problem.status >= 500 || problem.status === statusOf.too_many;
      await (passing ? this.answers.deleteOne({ _id: id }) : this.keep(id, { status: problem.status, body: seal(problem, key) }));
      throw error;
    }
  }

  /** Takes the key, or finds out what became of the request that took it. */
  private async begin(id: string, key: string, fingerprint: string): Promise<void> {
    const now = new Date();
    const leaseUntil = new Date(now.getTime() + leaseMs);
    try {
      await this.answers.create({ _id: id, fingerprint, createdAt: now, leaseUntil });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const earlier = (await this.answers.findById(id).lean()) as StoredAnswer | null;
      if (!earlier) return this.begin(id, key, fingerprint);
      if (earlier.fingerprint !== fingerprint) throw new IdempotencyKeyReused({});
      if (earlier.status !== undefined) throw new Replay(earlier, unseal(earlier.body, key));
      const { modifiedCount } = await this.answers.updateOne(
        { _id: id, status: trusted({ $exists: false }), leaseUntil: trusted({ $lt: now }) },
        { $set: { leaseUntil } },
      );
      if (modifiedCount === 0) throw new IdempotencyInProgress({});
    }
  }

  private async keep(id: string, answer: Pick<StoredAnswer, 'status' | 'headers' | 'body'>): Promise<void> {
    await this.answers.updateOne({ _id: id }, { $set: answer, $unset: { leaseUntil: 1 } });
  }
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
