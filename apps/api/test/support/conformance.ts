import { ApiSchemas } from './api-schemas';
import type { Json } from './client';

/** A request, and what was answered. */
export interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Operation {
  readonly name: string;
  readonly path: RegExp;
  readonly parameters: number;
  readonly spec: Json;
}

/** Headers that a client acts upon: none of them comes unannounced. */
const announced = [
  'ETag',
  'Location',
  'Retry-After',
  'WWW-Authenticate',
  'Idempotent-Replayed',
  'Preference-Applied',
  'Deprecation',
  'Sunset',
];

/** What the server serves beside its API: Swagger UI, the document itself, and the board of the queues. */
const besides = /^\/api\/(docs|openapi\.|admin\/jobs\/board)/;

/** Whether the server answers as its document says. */
export class Conformance {
  private readonly operations: readonly Operation[];
  private readonly schemas: ApiSchemas;

  constructor(document: Json) {
    this.schemas = new ApiSchemas(document);
    const operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods).map(([method, spec]) => ({
        name: `${method.toUpperCase()} ${path}`,
        path: new RegExp(`^${method} ${path.replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
        parameters: path.split('{').length - 1,
        spec,
      })),
    );
    // `/users/me` is no user called me.
    this.operations = operations.sort((a, b) => a.parameters - b.parameters);
  }

  /** In what an answer differs from the document; `undefined` when it does not. */
  mistake(exchange: Exchange): string | undefined {
    const { method, path, status } = exchange;
    const [bare = '', query = ''] = path.split('?');
    if (!['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) || besides.test(bare)) return undefined;
    const operation = this.operations.find((one) => one.path.test(`${method} ${bare}`));
    const found = operation ? this.inAnswer(operation, exchange, query) : this.outsideOfDocument(exchange);
    return found && `${operation?.name ?? 'no operation'} answered ${method} ${path} with ${status}: ${found}`;
  }

  private inAnswer({ spec }: Operation, exchange: Exchange, query: string): string | undefined {
    const { status, headers } = exchange;
    const answer = this.schemas.resolve(spec.responses[status]);
    if (!answer) return 'the document does not know this status';
    const unannounced = announced.filter((name) => headers.has(name) && !answer.headers?.[name]);
    if (unannounced.length > 0) return `the document does not know the headers ${unannounced.join(', ')}`;
    return this.inBody(answer, exchange, query);
  }

  private inBody(answer: Json, { status, headers, text }: Exchange, query: string): string | undefined {
    const isLeftOut = /return=minimal/.test(headers.get('preference-applied') ?? '');
    if (!answer.content || isLeftOut) return text === '' ? undefined : 'a body where none is documented';
    const type = headers.get('content-type')?.split(';')[0];
    const [, content] = Object.entries<Json>(answer.content).find(([name]) => name.split(';')[0] === type) ?? [];
    if (!content) return `the document does not know the type ${type}`;
    if (!type || !/[/+]json$/.test(type)) return undefined;
    const body = JSON.parse(text);
    if (status >= 400) return this.inProblem(body, answer, content.schema);
    // Who asks for some of the fields gets no others, which a schema cannot say.
    const isSparse = new URLSearchParams(query).has('fields');
    return this.schemas.mistakes(body, content.schema, ({ keyword }) => isSparse && keyword === 'required');
  }

  /** Each code has a schema of its own, so that it is known which one counts. */
  private inProblem(body: Json, answer: Json, schema: Json): string | undefined {
    const at = (answer['x-codes'] as string[]).indexOf(String(body.code));
    if (at < 0) return `the document does not know the code ${body.code}`;
    return this.schemas.mistakes(body, schema.oneOf?.[at] ?? schema);
  }

  /** There is nothing here, and that is all that may be said. */
  private outsideOfDocument({ status, text }: Exchange): string | undefined {
    if (status < 400) return 'the document does not know this operation';
    return text === '' ? undefined : this.schemas.mistakes(JSON.parse(text), { $ref: '#/components/schemas/ProblemDto' });
  }
}
