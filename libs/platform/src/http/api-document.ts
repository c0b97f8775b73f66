import type { AnyRefusal, OperationFacts } from './operation';

/** A JSON schema, or a reference to one, as far as the document uses them. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  nullable?: boolean;
  required?: string[];
  additionalProperties?: boolean | Schema;
  example?: unknown;
  default?: unknown;
  format?: string;
  minimum?: number;
  maxLength?: number;
  description?: string;
  [keyword: string]: unknown;
}

export interface Content {
  schema: Schema;
  examples?: Record<string, unknown>;
}

export interface ApiResponse {
  $ref?: string;
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, Content>;
}

export interface ApiParameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  description?: string;
  schema?: Schema;
  style?: string;
  explode?: boolean;
  example?: unknown;
}

export interface ApiOperation {
  operationId: string;
  summary: string;
  description?: string;
  parameters?: (ApiParameter | { $ref: string })[];
  requestBody?: { required?: boolean; content: Record<string, Content> };
  responses: Record<string, ApiResponse>;
  security?: Record<string, string[]>[];
  'x-roles'?: readonly string[];
  [extension: string]: unknown;
}

/** An operation, with what the document's rules ask about it. */
export interface Described {
  readonly method: string;
  readonly path: string;
  readonly operation: ApiOperation;
  readonly facts: OperationFacts;
  /** What stands for what in the path. */
  readonly pathParameters: Readonly<Record<string, { readonly description: string; readonly example: string }>>;
  /** Everybody gets in. */
  readonly isPublic: boolean;
  readonly evenWhenBusy: boolean;
  /** It reaches outside of the database, and cannot be rehearsed. */
  readonly outside: boolean;
  /** Of a body that is a file, by its type. */
  readonly uploadExamples: Readonly<Record<string, string>>;
  readonly refuses: readonly AnyRefusal[];
}

export function isSuccess(status: string): boolean {
  return status < '400';
}
