import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { IdempotencyInProgress, IdempotencyKeyReused } from './idempotency';
import { problemResponse, ProblemDto } from './operation';
import { DryRunNotPossible } from './prefer';
import { Forbidden, InvalidInput, TooManyRequests, Unauthenticated } from './problem';

const description = `The HTTP contract of the shop. Money is in minor units beside an ISO 4217 currency; dates are ISO 8601 in UTC; errors are RFC 9457
problem documents with a stable \`code\`. \`x-roles\` says who may call an operation. Send \`Idempotency-Key\` with any POST to make repeating it safe.`;

interface Operation {
  responses: Record<string, unknown>;
  parameters?: Parameter[];
  'x-roles'?: readonly string[];
  'x-deprecation'?: object;
  deprecated?: boolean;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  description?: string;
  schema?: { readonly type?: string; readonly [keyword: string]: unknown };
  style?: string;
  explode?: boolean;
  example?: unknown;
}

/** The OpenAPI document, made from the decorators of the running program. */
export function createOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Cartwright')
    .setDescription(description)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    extraModels: [ProblemDto],
  });
  for (const path of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(path)) {
      if (['get', 'post', 'put', 'patch', 'delete'].includes(method)) complete(method, operation as Operation);
    }
  }
  document.paths = byName(document.paths);
  if (document.components?.schemas) document.components.schemas = byName(document.components.schemas);
  return document;
}

/** In an order that moving code about does not change, so that a difference of two documents is one. */
function byName<T>(entries: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function complete(method: string, operation: Operation): void {
  operation.parameters = (operation.parameters ?? []).flatMap(eachOperator);
  for (const parameter of operation.parameters) if (parameter.in === 'query') describeQuery(parameter);
  addCommonAnswers(method, operation);
  if (operation['x-deprecation']) operation.deprecated = true;
  if ('412' in operation.responses) operation.parameters = [...(operation.parameters ?? []), ifMatch('428' in operation.responses)];
}

/** A filter with operators is a parameter for each of them: `status`, `status[in]`. */
function eachOperator(parameter: Parameter): Parameter[] {
  const { properties, additionalProperties } = parameter.schema ?? {};
  if (parameter.in !== 'query' || !properties || additionalProperties !== false) return [parameter];
  return Object.entries(properties as Record<string, NonNullable<Parameter['schema']>>).map(([operator, { description, ...schema }]) => ({
    ...parameter,
    name: operator === 'eq' ? parameter.name : `${parameter.name}[${operator}]`,
    description: [parameter.description, description].filter(Boolean).join(' ') || undefined,
    schema,
  }));
}

const prefer: Parameter = {
  name: 'Prefer',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description:
    '`handling=dry-run`: the answer that would come, with nothing kept. `return=minimal`: no body where `Location` or `ETag` says how to read it. ' +
    '`Preference-Applied` says what was heeded.',
};

function ifMatch(required: boolean): Parameter {
  const description = `The \`ETag\` that was read: the edit is refused when there is a newer one.${required ? ' Or `*`, for whatever there is.' : ''}`;
  return { name: 'If-Match', in: 'header', required, schema: { type: 'string' }, description };
}

/**
 * A filter is sent as `options[Size]=M`, which OpenAPI calls `deepObject`. Examples of optional filters stand in the description: as examples, Swagger UI would
 * send them all at once.
 */
function describeQuery(parameter: Parameter): void {
  const { example, ...schema } = parameter.schema ?? {};
  parameter.schema = schema;
  if (schema.type === 'object') Object.assign(parameter, { style: 'deepObject', explode: true, example: {} });
  if (example !== undefined)
    parameter.description = [parameter.description, `For example ${JSON.stringify(example)}.`].filter(Boolean).join(' ');
}

/** What every operation can answer, said once here rather than on each route. */
function addCommonAnswers(method: string, operation: Operation): void {
  const common = [problemResponse(400, [InvalidInput]), problemResponse(429, [TooManyRequests])];
  if (!operation['x-roles']?.includes('anonymous')) common.push(problemResponse(401, [Unauthenticated]), problemResponse(403, [Forbidden]));
  if (method !== 'get') {
    common.push(problemResponse(422, [DryRunNotPossible]));
    operation.parameters = [...(operation.parameters ?? []), prefer];
  }
  if (method === 'post') {
    common.push(problemResponse(409, [IdempotencyInProgress]), problemResponse(422, [IdempotencyKeyReused]));
    const schema = { type: 'string', maxLength: 255 };
    operation.parameters = [
      ...(operation.parameters ?? []),
      { name: 'Idempotency-Key', in: 'header', required: false, schema, description: 'Makes repeating the request safe for 24 hours.' },
    ];
  }
  for (const { status, ...response } of common) {
    const key = String(status);
    const own = operation.responses[key] as { description: string } | undefined;
    if (own) own.description = `${own.description}, ${response.description}`;
    else operation.responses[key] = response;
  }
}

/** Serves Swagger UI at `/api/docs` and the document at `/api/openapi.json`. */
export function serveOpenApi(app: INestApplication): OpenAPIObject {
  const document = createOpenApi(app);
  SwaggerModule.setup('api/docs', app, document, {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'Cartwright API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, filter: true, tagsSorter: 'alpha' },
  });
  return document;
}
