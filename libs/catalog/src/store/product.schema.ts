import { aggregateSchema, documentSchema, part } from '@cartwright/platform';
import { Schema, type SchemaDefinition } from 'mongoose';

const { ObjectId } = Schema.Types;
const text = { type: String, required: true };
const number = { type: Number, required: true };

const option = part({ name: text, values: { type: [String], required: true } });
const variantFields: SchemaDefinition = {
  sku: text,
  options: { type: [part({ name: text, value: text })], required: true },
  keys: { type: [String], required: true },
  price: { type: Number },
  images: { type: [String], required: true },
  stock: number,
  backorder: Boolean,
  stockRevision: number,
};

export const productSchema = aggregateSchema('products', {
  slug: text,
  name: text,
  nameKey: text,
  description: String,
  brand: text,
  brandKey: text,
  category: { type: part({ name: text, slug: text }, true), required: true },
  categoryIds: { type: [ObjectId], required: true },
  images: { type: [String], required: true },
  basePrice: { type: Number },
  currency: text,
  options: { type: [option], required: true },
  variants: { type: [part(variantFields, true)], required: true },
  vendor: { type: part({ name: text }, true), required: true },
  isActive: { type: Boolean, required: true },
  archivedAt: Date,
  externalId: String,
  imported: String,
  revision: number,
  searchWords: { type: [String], required: true },
  priceAsc: number,
  priceDesc: number,
});

// Uniqueness.
productSchema.index({ slug: 1 }, { unique: true });
productSchema.index({ 'variants.sku': 1 }, { unique: true, partialFilterExpression: { 'variants.sku': { $exists: true } } });
productSchema.index({ externalId: 1 }, { unique: true, partialFilterExpression: { externalId: { $exists: true } } });
// Whole lists in each order.
productSchema.index({ isActive: 1, createdAt: -1, _id: -1 });
productSchema.index({ isActive: 1, priceAsc: 1, _id: 1 });
productSchema.index({ isActive: 1, priceDesc: -1, _id: -1 });
productSchema.index({ isActive: 1, nameKey: 1, _id: 1 });
// Narrowed lists, newest first; in other orders what is found is sorted.
productSchema.index({ isActive: 1, categoryIds: 1, createdAt: -1, _id: -1 });
productSchema.index({ isActive: 1, brandKey: 1, createdAt: -1, _id: -1 });
productSchema.index({ isActive: 1, 'vendor._id': 1, createdAt: -1, _id: -1 });
productSchema.index({ isActive: 1, 'variants.keys': 1, createdAt: -1, _id: -1 });
productSchema.index({ isActive: 1, searchWords: 1, _id: 1 });
// What staff looks through: all, each vendor's own, and what is not on sale, be it archived or waiting.
productSchema.index({ archivedAt: 1, createdAt: -1, _id: -1 });
productSchema.index({ 'vendor._id': 1, archivedAt: 1, createdAt: -1, _id: -1 });
productSchema.index({ isActive: 1, archivedAt: 1, createdAt: -1, _id: -1 }, { partialFilterExpression: { isActive: false } });
// Categories' own questions: what is in one, whatever its state.
productSchema.index({ 'category._id': 1, _id: 1 });

/** Counts the changes of products, in one row, so that what was counted before need not be counted again. */
export const catalogueMarkSchema = documentSchema('catalogueMarks', { _id: text, changes: number });
