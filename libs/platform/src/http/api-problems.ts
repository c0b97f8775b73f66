import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { mongo } from 'mongoose';
import { Stopping } from '../observability/health';
import { TooBusy } from '../store/transactions';
import { roles } from './access';
import type { ApiResponse, Described, Schema } from './api-document';
import { headersOf } from './api-headers';
import { IdempotencyInProgress, IdempotencyKeyReused } from './idempotency';
import { BodyTooDeep, DuplicateName, ForbiddenName, MalformedEncoding, MalformedRequest } from './json-body';
import type { AnyRefusal } from './operation';
import { Overloaded } from './overload';
import { DryRunNotPossible } from './prefer';
import { Forbidden, InvalidInput, TooManyRequests, toProblem, Unauthenticated, UnsupportedApiVersion, type Problem } from './problem';
import { MalformedUrl } from './url';

/** What the HTTP layer itself refuses, or fails with. */
const bodyTooLarge = toProblem(new HttpException('Request body is too large', 413));
const urlTooLong = toProblem(new HttpException('The URL has more than 8192 characters.', 414));
const unsupportedMediaType = toProblem(new HttpException('Unsupported Media Type: text/xml', 415));
const internalError = toProblem(new Error());
const unavailable = toProblem(new mongo.MongoNetworkError(''));

const unreadableBodies = [MalformedRequest, MalformedEncoding, BodyTooDeep, DuplicateName, ForbiddenName];

/** What every operation of a kind can answer, said once here rather than on each route. */
function everyProblem({ method, operation, isPublic, evenWhenBusy, outside }: Described): Problem[] {
  const problems = [
    ...of(InvalidInput, MalformedUrl, UnsupportedApiVersion),
    urlTooLong,
    ...of(TooManyRequests),
    internalError,
    unavailable,
    ...of(Stopping),
  ];
  if (!isPublic) problems.push(...of(Unauthenticated));
  if (!isPublic && !roles.every((role) => operation['x-roles']?.includes(role))) problems.push(...of(Forbidden));
  if (!evenWhenBusy) problems.push(...of(Overloaded));
  if (method !== 'get')
    problems.push(...of(...unreadableBodies, TooBusy, ...(outside ? [DryRunNotPossible] : [])), bodyTooLarge, unsupportedMediaType);
  if (method === 'post') problems.push(...of(IdempotencyInProgress, IdempotencyKeyReused));
  return problems;
}

/** The problems of refusals, one for each example of their details. */
function of(...refusals: readonly AnyRefusal[]): Problem[] {
  return refusals.flatMap((refusal) => {
    const examples = (refusal.examples.length > 0 ? refusal.examples : [{}]) as readonly object[];
    return examples.map((details) => toProblem(new refusal(details)));
  });
}

/** Collects what the operations of a document can refuse with: each kind of problem is described once, however many answer it. */
export class ProblemCatalogue {
  private readonly problems = new Map<string, Problem[]>();
  private readonly shared = new Map<string, ApiResponse>();

  /** Adds every answer of an operation that is a problem. */
  describe(described: Described): void {
    const own = of(...described.refuses);
    for (const [status, problems] of byStatus([...own, ...everyProblem(described)])) {
      const response = this.response(status, problems, described);
      const isOwn = own.some((problem) => String(problem.status) === status);
      described.operation.responses[status] = isOwn ? response : this.share(response, status, described);
    }
  }

  components(): { schemas: Record<string, Schema>; examples: Record<string, unknown>; responses: Record<string, ApiResponse> } {
    const known = [...this.problems].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      schemas: Object.fromEntries(known.map(([code, problems]) => [schemaName(code), schemaOf(code, problems)])),
      examples: Object.fromEntries(
        known.map(([code, [problem]]) => [code, { summary: problem?.title, value: asSent(problem as Problem) }]),
      ),
      responses: Object.fromEntries([...this.shared].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  private response(status: string, problems: readonly Problem[], described: Described): ApiResponse {
    const codes = [...new Set(problems.map((problem) => problem.code))];
    for (const code of codes) this.remember(code, problems);
    const references = codes.map((code) => ({ $ref: `#/components/schemas/${schemaName(code)}` }));
    return {
      description: codes.map((code) => `\`${code}\``).join(', '),
      'x-codes': codes,
      headers: headersOf(status, described),
      content: {
        'application/problem+json': {
          schema: references.length === 1 ? (references[0] as Schema) : { oneOf: references },
          examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
        },
      },
    } as ApiResponse;
  }

  /** Two contexts may refuse with one code, and name different details: what both always name is what always comes. */
  private remember(code: string, problems: readonly Problem[]): void {
    const known = this.problems.get(code) ?? [];
    const fresh = problems.filter((problem) => problem.code === code && !known.some((other) => same(other, problem)));
    this.problems.set(code, [...known, ...fresh]);
  }

  private share(response: ApiResponse, status: string, { method, evenWhenBusy }: Described): ApiResponse {
    const kind = method === 'get' ? 'OnRead' : method === 'post' ? 'OnPost' : 'OnWrite';
    const base = (STATUS_CODES[status] ?? status).replace(/\W/g, '');
    const name = [base, base + kind, `${base}${kind}${evenWhenBusy ? 'WhenBusy' : ''}`].find(
      (candidate) => !this.shared.has(candidate) || same(this.shared.get(candidate), response),
    );
    if (!name) throw new Error(`Answers ${status} of one kind of operation differ.`);
    this.shared.set(name, response);
    return { $ref: `#/components/responses/${name}` } as ApiResponse;
  }
}

function byStatus(problems: readonly Problem[]): [string, Problem[]][] {
  const statuses = [...new Set(problems.map(({ status }) => status))].sort((a, b) => a - b);
  return statuses.map((status) => [String(status), problems.filter((problem) => problem.status === status)]);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function schemaName(code: string): string {
  return `${code.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Problem`;
}

const standard = new Set(['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId', 'errors']);

function schemaOf(code: string, problems: readonly Problem[]): Schema {
  const details = problems.map((problem) => Object.entries(problem).filter(([name]) => !standard.has(name)));
  const properties = Object.fromEntries(details.flat().map(([name, value]) => [name, schemaLike(value)]));
  const always = Object.keys(properties).filter((name) => details.every((entries) => entries.some(([other]) => other === name)));
  return {
    allOf: [{ $ref: '#/components/schemas/ProblemDto' }],
    type: 'object',
    description: problems[0]?.detail,
    properties: { code: { type: 'string', enum: [code] }, ...properties },
    required: ['code', ...always],
  };
}

/** The schema of a detail, from an example of it. */
function schemaLike(value: unknown): Schema {
  if (Array.isArray(value)) return { type: 'array', items: schemaLike(value[0]) };
  if (typeof value !== 'object' || value === null) return { type: typeof value === 'number' ? 'integer' : typeof value, example: value };
  const properties = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, schemaLike(part)]));
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** A problem as it leaves the server. */
function asSent(problem: Problem): Problem {
  return { ...problem, instance: '/api/...', requestId: '0b0e7b9c-9d5f-4f0e-8f55-0d3c1f6f2f4e' };
}
