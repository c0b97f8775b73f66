import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { RefusalClass } from '@cartwright/kernel';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- refusals of every kind of details stand in one list
export type AnyRefusal = RefusalClass<any>;

/** The key that carries to the document's maker what Nest's own decorators cannot say; it is not in the document. */
export const factsKey = 'x-facts';

/** What is said on a route beside what the document says of every route. */
export interface OperationFacts {
  readonly refuses?: readonly AnyRefusal[];
  readonly tagged?: boolean;
  readonly location?: string;
  readonly example?: unknown;
}

interface AnsweredText {
  readonly mediaType: string;
  readonly example: string;
}

interface OperationOptions extends OperationFacts {
  /** One line for the API document. */
  readonly summary: string;
  /** What happens beside what the summary says: effects, order, limits, in one or a few sentences. */
  readonly description?: string;
  /** 200 unless said otherwise. */
  readonly status?: number;
  /** The DTO of the answer; none for an empty one. */
  readonly answers?: Type<object>;
  /** The answer is text of this media type, or of one of these, such as this. */
  readonly answersText?: AnsweredText | readonly AnsweredText[];
  /** Whatever this route can refuse with, beside what every route can (bad input, no or a wrong role, too many requests). */
  readonly refuses?: readonly AnyRefusal[];
  /** The answer carries an `ETag`; a GET then understands `If-None-Match`. */
  readonly tagged?: boolean;
  /** The answer carries a `Location`: what it leads to. */
  readonly location?: string;
  /** A body that works, where the examples of its fields do not make one together. */
  readonly example?: unknown;
}

/** What the API document says of a route, and the status it answers with. The operation's id is the method's name. */
export function Operation(options: OperationOptions): MethodDecorator {
  const { summary, description, status = 200, answers, answersText, ...facts } = options;
  const texts = answersText ? [answersText].flat() : [];
  const content = texts.map(({ mediaType, example }) => [mediaType, { schema: { type: 'string' as const, example } }] as const);
  const text = content.length > 0 ? { content: Object.fromEntries(content) } : {};
  return applyDecorators(
    ApiOperation({ summary, description }),
    HttpCode(status),
    ApiResponse({ status, ...(answers ? { type: answers } : {}), ...text, description: summary }),
    ApiExtension(factsKey, facts),
  );
}

/** Says of a route, beside its {@link Operation}, that it can refuse so: for decorators that bring a refusal of their own. */
export function Refuses(refusal: AnyRefusal): MethodDecorator {
  return ApiExtension(`${refusesKey}${refusal.code}`, { refusal });
}

export const refusesKey = 'x-refuses-';

/** What stands for what in the paths of a controller, or of one of its routes: a description and an example for each name. */
export function PathParameters(
  named: Readonly<Record<string, { readonly description: string; readonly example: string }>>,
): ClassDecorator & MethodDecorator {
  return ApiExtension(pathParametersKey, named);
}

export const pathParametersKey = 'x-path-parameters';
