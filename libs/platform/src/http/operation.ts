import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiOperation, ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import type { RefusalClass } from '@cartwright/kernel';
import { ProblemDto } from './problem.dto';
import { publicCode, statusOf } from './problem';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- refusals of every kind of details stand in one list
type AnyRefusal = RefusalClass<any>;

interface OperationOptions {
  /** One line for the API document. */
  readonly summary: string;
  readonly description?: string;
  /** 200 unless said otherwise. */
  readonly status?: number;
  /** The DTO of the answer; none for an empty one. */
  readonly answers?: Type<object> | readonly [Type<object>];
  /** Whatever this route can refuse with, beside what every route can (bad input, no or a wrong role, too many requests). */
  readonly refuses?: readonly AnyRefusal[];
}

/** What the API document says of a route, and the status it answers with. The operation's id is the method's name. */
export function Operation(options: OperationOptions): MethodDecorator {
  const { summary, description, status = 200, answers, refuses = [] } = options;
  return applyDecorators(
    ApiOperation({ summary, description }),
    HttpCode(status),
    ApiResponse({ status, ...(answers ? { type: answers as Type<object> } : {}), description: summary }),
    ...byStatus(refuses).map(([code, refusals]) => ApiResponse(problemResponse(code, refusals))),
  );
}

function byStatus(refusals: readonly AnyRefusal[]): [number, AnyRefusal[]][] {
  const groups = new Map<number, AnyRefusal[]>();
  for (const refusal of refusals) {
    const status = statusOf[refusal.kind];
    groups.set(status, [...(groups.get(status) ?? []), refusal]);
  }
  return [...groups];
}

export function problemResponse(status: number, refusals: readonly AnyRefusal[]): ApiResponseOptions {
  const codes = refusals.map((refusal) => publicCode(refusal.code));
  const example = { type: `urn:cartwright:problem:${codes[0]}`, title: codes[0], status, detail: '...', code: codes[0], requestId: '...' };
  return {
    status,
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' }, example } },
  };
}

export { ProblemDto };
