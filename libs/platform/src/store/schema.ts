import { Schema, type SchemaDefinition, type SchemaOptions } from 'mongoose';

/** The options that every collection shares: what the schema does not name is refused rather than dropped, and versions are our own. */
const options = { strict: 'throw', strictQuery: 'throw', versionKey: false, minimize: false, autoIndex: false, autoCreate: false } as const;

/** The schema of an aggregate: its own fields and those of {@link import('@cartwright/kernel').Stored}. */
export function aggregateSchema(collection: string, definition: SchemaDefinition): Schema {
  return documentSchema(collection, {
    ...definition,
    version: { type: Number, required: true },
    eventCount: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  });
}

/** The schema of a collection that is not an aggregate, such as a ledger: only the fields given. */
export function documentSchema(collection: string, definition: SchemaDefinition): Schema {
  return new Schema(definition, { ...options, collection } as SchemaOptions);
}

/** A part of a document, with an `id` of its own when asked. */
export function part(definition: SchemaDefinition, withId = false): Schema {
  return new Schema(definition, { _id: withId, strict: 'throw', minimize: false } as SchemaOptions);
}
