import ts from 'typescript';
import type { Schema, SchemaSet } from './json-schema';

/** Where the SDK declares the objects that the sandbox answers, and the names of their types. */
export const resources: Readonly<Record<string, readonly string[]>> = {
  BalanceTransactions: ['BalanceTransaction'],
  Charges: ['Charge'],
  Customers: ['Customer', 'DeletedCustomer'],
  Disputes: ['Dispute'],
  PaymentIntents: ['PaymentIntent'],
  PaymentMethods: ['PaymentMethod'],
  Refunds: ['Refund'],
  SetupIntents: ['SetupIntent'],
  WebhookEndpoints: ['WebhookEndpoint', 'DeletedWebhookEndpoint'],
};

/**
 * JSON schemas of what the SDK's types promise, by way of the TypeScript compiler. They are stricter than the types where the sandbox can be:
 * no field beyond those declared, no value of an enumeration beyond those listed, and no object that the sandbox does not have.
 */
export function deriveSchemas(sdkFolder: string): SchemaSet {
  return new Derivation(sdkFolder).run();
}

class Derivation {
  private readonly program: ts.Program;
  private readonly checker: ts.TypeChecker;
  private readonly defs: Record<string, Schema> = {};
  private readonly names = new Map<ts.Type, string>();
  private readonly answered = new Set<string>();

  constructor(private readonly folder: string) {
    const files = [...Object.keys(resources), 'Events'].map((name) => this.fileOf(`resources/${name}`));
    const options = { lib: ['lib.es5.d.ts'], types: [], skipLibCheck: true, strict: true, exactOptionalPropertyTypes: true };
    this.program = ts.createProgram([...files, this.fileOf('Types'), this.fileOf('lib')], options);
    this.checker = this.program.getTypeChecker();
  }

  run(): SchemaSet {
    const declared = Object.entries(resources).flatMap(([file, names]) => names.map((name) => this.declared(`resources/${file}`, name)));
    for (const type of declared) this.answered.add(this.objectName(type) as string);
    const objects: Record<string, Schema> = {};
    for (const type of declared) {
      const name = this.objectName(type) as string;
      const schema = this.schemaOf(type);
      objects[name] = name in objects ? { anyOf: [objects[name] as Schema, schema] } : schema;
    }
    const page = this.checker.getDeclaredTypeOfSymbol(this.symbolOf('lib', 'ApiList'));
    return {
      objects,
      events: this.events(),
      error: this.schemaOf(this.declared('Types', 'StripeRawError')),
      list: this.objectSchema(page),
      defs: this.defs,
    };
  }

  /** One schema for each type of event whose object the sandbox answers. */
  private events(): Record<string, Schema> {
    const union = this.declared('resources/Events', 'Event') as ts.UnionType;
    const events: Record<string, Schema> = {};
    for (const type of union.types) {
      const name = this.literalOf(this.propertyType(type, 'type'));
      const object = this.objectName(this.propertyType(this.propertyType(type, 'data') as ts.Type, 'object'));
      if (name && object && this.answered.has(object)) events[name] = this.schemaOf(type);
    }
    return events;
  }

  private schemaOf(type: ts.Type): Schema {
    if (type.isUnion()) return this.unionSchema(type.types);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: this.checker.typeToString(type) === 'true' };
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.flags & ts.TypeFlags.String || this.isOpenEnum(type)) return { type: 'string' };
    if (type.flags & ts.TypeFlags.Number) return { type: 'number' };
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) return true;
    if (type.flags & ts.TypeFlags.Object) return this.named(type);
    // Nothing in JSON: `void` marks a field that is never there.
    return false;
  }

  /** `'a' | 'b' | OtherString`: the sandbox answers what is listed, and not the values that Stripe may add. */
  private unionSchema(types: readonly ts.Type[]): Schema {
    const listed = types.some((type) => type.isStringLiteral());
    const meant = types.filter((type) => !(type.flags & ts.TypeFlags.Undefined) && !(listed && this.isOpenEnum(type)));
    const schemas = meant.map((type) => this.schemaOf(type)).filter((schema) => schema !== false);
    const [only] = schemas;
    if (schemas.length <= 1) return only ?? false;
    return { anyOf: schemas };
  }

  /** The SDK's `OtherString`, `string & Record<never, never>`. */
  private isOpenEnum(type: ts.Type): boolean {
    return type.isIntersection() && type.types.some(({ flags }) => flags & ts.TypeFlags.String);
  }

  /** An object's schema, by reference when its type has a name: types refer to each other in circles. */
  private named(type: ts.Type): Schema {
    const object = this.objectName(type);
    if (object !== undefined && object !== 'list' && object !== 'event' && !this.answered.has(object)) return false;
    if (this.checker.isArrayType(type))
      return { type: 'array', items: this.schemaOf(this.checker.getTypeArguments(type as ts.TypeReference)[0] as ts.Type) };
    const known = this.names.get(type);
    if (known) return { $ref: known };
    if (!type.symbol.declarations?.some(ts.isInterfaceDeclaration) || (type as ts.TypeReference).typeArguments?.length)
      return this.objectSchema(type);
    const name = this.freeName(this.checker.getFullyQualifiedName(type.symbol).replace(/^".*"\./, ''));
    this.names.set(type, name);
    this.defs[name] = false;
    this.defs[name] = this.objectSchema(type);
    return { $ref: name };
  }

  private objectSchema(type: ts.Type): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const symbol of this.checker.getPropertiesOfType(type)) {
      properties[symbol.name] = this.schemaOf(this.checker.getTypeOfSymbol(symbol));
      if (!(symbol.flags & ts.SymbolFlags.Optional)) required.push(symbol.name);
    }
    const index = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return { type: 'object', properties, required, additionalProperties: index ? this.schemaOf(index) : false };
  }

  private freeName(name: string): string {
    let free = name;
    for (let turn = 2; free in this.defs; turn += 1) free = `${name}~${turn}`;
    return free;
  }

  /** What an object calls itself in its field `object`. */
  private objectName(type: ts.Type | undefined): string | undefined {
    if (!type) return undefined;
    const [first = type] = type.isUnion() ? type.types : [];
    return this.literalOf(this.propertyType(first, 'object'));
  }

  private literalOf(type: ts.Type | undefined): string | undefined {
    return type?.isStringLiteral() ? type.value : undefined;
  }

  private propertyType(type: ts.Type, name: string): ts.Type | undefined {
    const symbol = this.checker.getPropertyOfType(type, name);
    return symbol && this.checker.getTypeOfSymbol(symbol);
  }

  private declared(file: string, name: string): ts.Type {
    return this.checker.getDeclaredTypeOfSymbol(this.symbolOf(file, name));
  }

  private symbolOf(file: string, name: string): ts.Symbol {
    const source = this.program.getSourceFile(this.fileOf(file));
    const module = source && this.checker.getSymbolAtLocation(source);
    const symbol = module && this.checker.getExportsOfModule(module).find((exported) => exported.name === name);
    if (!symbol) throw new Error(`The SDK declares no ${name} in ${file}.`);
    return symbol;
  }

  private fileOf(name: string): string {
    return `${this.folder}/${name}.d.ts`;
  }
}
