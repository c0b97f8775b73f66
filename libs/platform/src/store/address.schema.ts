import type { SchemaDefinition } from 'mongoose';

const required = { type: String, required: true };

/** How an {@link import('@cartwright/kernel').Address} is stored, wherever one is copied to. */
export const addressFields: SchemaDefinition = {
  name: required,
  phone: required,
  company: String,
  line1: required,
  line2: String,
  city: required,
  state: required,
  pincode: required,
  country: required,
};
