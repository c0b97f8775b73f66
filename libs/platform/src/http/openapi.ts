import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { ApiOperation, ApiParameter, Content, Described, Schema } from './api-document';
import { isSuccess } from './api-document';
import { addRequestHeaders, addResponseHeaders, headerComponents } from './api-headers';
import { ProblemCatalogue } from './api-problems';
import { closeRequests, exampleOf, modernize } from './api-schemas';
import { outsideKey } from '../messaging/reactions';
import { factsKey, pathParametersKey, refusesKey, type AnyRefusal, type OperationFacts } from './operation';
import { evenWhenBusyKey } from './overload';
import { ProblemDto } from './problem.dto';
import { swaggerUi } from './swagger-ui';
import { uploadExamplesKey } from './upload';

/** A part of the API, as Swagger UI groups it: a job that somebody wants done. */
export interface ApiTag {
  readonly name: string;
  readonly description: string;
}

const description = `The HTTP contract of the shop.

* **Money** is in minor units (\`1999\` is 19.99) beside an ISO 4217 currency; dates are ISO 8601 in UTC; ids are strings.
* **Bodies** are JSON. A field that is not in the schema is refused, never ignored.
* **Lists** answer \`{ data, pagination }\`. Ask for \`limit\` rows by \`page\`, or go on with \`cursor\`, which is \`pagination.nextCursor\` of the answer before; it is absent at the end. The order is total.
* **Errors** are RFC 9457 problem documents with a stable \`code\`; each operation lists those it can answer, each with its own schema.
* **Repeating** a POST is safe with an \`Idempotency-Key\`. **Editing** is safe with \`If-Match\`.
* **Who** may call an operation stands in its description and in \`x-roles\`: \`anonymous\` is anybody, \`guest\` a session without an account; a role does not include another.`;

const methods = new Set(['get', 'post', 'put', 'patch', 'delete']);

interface Components {
  schemas: Record<string, Schema>;
  [kind: string]: Record<string, unknown>;
}

/** The OpenAPI document, made from the decorators of the running program. */
export function createOpenApi(app: INestApplication, tags: readonly ApiTag[] = []): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Cartwright')
    .setDescription(description)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This server')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The `accessToken` of register, login, guest or refresh.',
    });
  for (const tag of tags) builder.addTag(tag.name, tag.description);
  const made = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
    extraModels: [ProblemDto],
    autoTagControllers: false,
  });
  delete made.info.contact; // Nest leaves an empty one
  const document = modernize({ ...made, openapi: '3.1.0', paths: byName(made.paths) }) as OpenAPIObject;
  const components = document.components as unknown as Components;
  const operations = describeAll(document);
  for (const described of operations) complete(described, components.schemas);
  closeRequests(operations.flatMap(bodiesOf), operations.flatMap(answersOf), components.schemas);
  const catalogue = new ProblemCatalogue();
  for (const described of operations) catalogue.describe(described);
  const { schemas, examples, responses } = catalogue.components();
  const said = JSON.stringify([document.paths, responses]);
  Object.assign(components, headerComponents(said), {
    responses,
    examples: { ...answerExamples(operations, components.schemas), ...examples },
    schemas: byName({ ...components.schemas, ...schemas }),
  });
  return document;
}

/** In an order that moving code about does not change, so that a difference of two documents is one. */
function byName<T>(entries: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the routes say of themselves beside what Nest's decorators can say; it leaves the document. */
interface Notes {
  [factsKey]?: OperationFacts;
  [pathParametersKey]?: Described['pathParameters'];
  [evenWhenBusyKey]?: boolean;
  [outsideKey]?: boolean;
  [uploadExamplesKey]?: Described['uploadExamples'];
  [note: string]: unknown;
}

const shownNotes = new Set(['x-roles', 'x-deprecation']);

function describeAll(document: OpenAPIObject): Described[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, ApiOperation>)
      .filter(([method]) => methods.has(method))
      .map(([method, operation]) => ({ method, path, operation, ...takeNotes(operation) })),
  );
}

function takeNotes(operation: ApiOperation): Omit<Described, 'method' | 'path' | 'operation'> {
  const notes: Notes = {};
  for (const key of Object.keys(operation)) {
    if (!key.startsWith('x-') || shownNotes.has(key)) continue;
    notes[key] = operation[key];
    delete operation[key];
  }
  const {
    [factsKey]: facts = {},
    [pathParametersKey]: pathParameters = {},
    [evenWhenBusyKey]: evenWhenBusy = false,
    [outsideKey]: outside = false,
    [uploadExamplesKey]: uploadExamples = {},
  } = notes;
  const besides = Object.entries(notes).filter(([key]) => key.startsWith(refusesKey));
  const refuses = [...(facts.refuses ?? []), ...besides.map(([, note]) => (note as { refusal: AnyRefusal }).refusal)];
  return {
    facts,
    pathParameters,
    evenWhenBusy,
    outside,
    uploadExamples,
    refuses,
    isPublic: operation['x-roles']?.includes('anonymous') ?? false,
  };
}

function complete(described: Described, schemas: Record<string, Schema>): void {
  const { operation, facts, isPublic, method } = described;
  describeParameters(described);
  operation.description = [operation.description, whoMayCall(operation)].filter(Boolean).join('\n\n');
  if (isPublic) operation.security = [{}, ...(operation.security ?? [])];
  for (const [type, content] of Object.entries(operation.requestBody?.content ?? {})) {
    const value = described.uploadExamples[type] ?? facts.example ?? exampleOf(content.schema, schemas);
    content.examples = { example: { value } };
  }
  for (const content of answersOf(described)) content.examples = { example: answerExample(content.schema, schemas) };
  if (operation['x-deprecation']) operation.deprecated = true;
  if (method !== 'get') addPreferredAnswers(described);
  if (facts.tagged && method === 'get') operation.responses['304'] = { description: 'It is still as `If-None-Match` says.' };
  addRequestHeaders(described);
  addResponseHeaders(described);
}

/** What `Prefer` turns the answer of a write into: what reaches outside is not rehearsed, and what cannot be read again keeps its body. */
function addPreferredAnswers({ operation: { responses }, facts, outside }: Described): void {
  const [status = '200', { content } = {}] = Object.entries(responses)[0] ?? [];
  if (status === '201' && !outside)
    responses['200'] = { description: 'What would be the answer, after `Prefer: handling=dry-run`: nothing was kept.', content };
  const minimal = status === '200' && (facts.tagged === true || facts.location !== undefined);
  if (!outside || minimal)
    responses['204'] ??= {
      description: content
        ? 'Done, and nothing to show, after `Prefer: return=minimal`.'
        : 'It would be done, after `Prefer: handling=dry-run`: nothing was kept.',
    };
}

function whoMayCall({ 'x-roles': roles = [] }: ApiOperation): string {
  return roles.includes('anonymous') ? '**For** anybody.' : `**For** ${roles.map((role) => `\`${role}\``).join(', ')}.`;
}

function answerExample(schema: Schema, schemas: Record<string, Schema>): unknown {
  return schema.$ref ? { $ref: `#/components/examples/${nameOf(schema)}` } : { value: exampleOf(schema, schemas) };
}

/** An example for each schema that is answered with: many operations show the same thing. */
function answerExamples(operations: readonly Described[], schemas: Record<string, Schema>): Record<string, unknown> {
  const named = operations.flatMap(answersOf).filter(({ schema }) => schema.$ref);
  const answered = named.map(({ schema }) => [nameOf(schema), { value: exampleOf(schema, schemas) }] as const);
  return byName(Object.fromEntries(answered));
}

function nameOf({ $ref = '' }: Schema): string {
  return $ref.slice($ref.lastIndexOf('/') + 1);
}

function bodiesOf({ operation }: Described): Content[] {
  return Object.values(operation.requestBody?.content ?? {});
}

function answersOf({ operation }: Described): Content[] {
  return Object.entries(operation.responses)
    .filter(([status]) => isSuccess(status))
    .flatMap(([, { content = {} }]) => Object.values(content));
}

function describeParameters({ operation, path, pathParameters }: Described): void {
  const said = ((operation.parameters ?? []) as ApiParameter[]).flatMap(eachOperator);
  // Of a route that takes all of its path at once, Nest does not say what is in it.
  const unsaid = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).filter((name) => !said.some((one) => one.name === name));
  const parameters = [...unsaid.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })), ...said];
  operation.parameters = parameters;
  for (const parameter of parameters) {
    if (parameter.in === 'query') describeQuery(parameter);
    if (parameter.in !== 'path') continue;
    Object.assign(parameter, pathParameters[parameter.name]);
    parameter.schema = { maxLength: 200, ...parameter.schema };
  }
}

/** A filter with operators is a parameter for each of them: `status`, `status[in]`. */
function eachOperator(parameter: ApiParameter): ApiParameter[] {
  const { properties, additionalProperties } = parameter.schema ?? {};
  if (parameter.in !== 'query' || !properties || additionalProperties !== false) return [parameter];
  return Object.entries(properties).map(([operator, { description: meaning, ...schema }]) => ({
    ...parameter,
    name: operator === 'eq' ? parameter.name : `${parameter.name}[${operator}]`,
    description: [parameter.description, meaning].filter(Boolean).join(' ') || undefined,
    schema,
  }));
}

/**
 * A filter is sent as `options[Size]=M`, which OpenAPI calls `deepObject`. Examples of optional filters stand in the description: as examples, Swagger UI would
 * send them all at once.
 */
function describeQuery(parameter: ApiParameter): void {
  const { example, ...schema } = parameter.schema ?? {};
  parameter.schema = schema;
  if (schema.type === 'object') Object.assign(parameter, { style: 'deepObject', explode: true, example: {} });
  if (example !== undefined)
    parameter.description = [parameter.description, `For example ${JSON.stringify(example)}.`].filter(Boolean).join(' ');
}

/** Serves Swagger UI at `/api/docs` and the document at `/api/openapi.json`. */
export function serveOpenApi(app: INestApplication, tags: readonly ApiTag[]): OpenAPIObject {
  const document = createOpenApi(app, tags);
  SwaggerModule.setup('api/docs', app, document, swaggerUi);
  return document;
}
