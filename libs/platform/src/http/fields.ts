import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { isCurrency } from '@cartwright/kernel';
import { Type } from 'class-transformer';
import * as v from 'class-validator';
import { looksLikeCardNumber } from './card-numbers';

/** What every field decorator takes. A field is required unless `optional`; `nullable` allows null as a value of its own. */
interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  readonly optional?: boolean;
  readonly nullable?: boolean;
  readonly default?: unknown;
}

/**
 * The decorators of DTO fields. Each says once what a field is, and both the validation and the API document are made from it, so the
 * two cannot differ.
 */
function field(options: FieldOptions, api: ApiPropertyOptions, ...rules: PropertyDecorator[]): PropertyDecorator {
  const { optional, nullable, ...shown } = options;
  const presence = nullable ? [v.IsOptional()] : optional ? [v.ValidateIf((_, value) => value !== undefined)] : [];
  const property = { ...shown, ...api, required: !optional, ...(nullable ? { nullable } : {}) } as ApiPropertyOptions;
  return applyDecorators(ApiProperty(property), ...presence, ...rules);
}

/** The example of a kind of field, where the field is not optional: examples of bodies leave out what is optional and has no example of its own. */
function exampleUnless({ optional }: FieldOptions, example: unknown): Pick<FieldOptions, 'example'> {
  return optional ? {} : { example };
}

interface TextOptions extends FieldOptions {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly format?: string;
}

/** A string, by default of 1 to 500 characters that are not all blank, without control characters but line breaks and tabs. Card numbers are refused. */
export function Text(options: TextOptions = {}): PropertyDecorator {
  return text(options, NoCardNumber());
}

/**
 * A number or code that others have given a thing, such as a parcel's tracking number, written by the shop's staff: as {@link Text}, but of any digits. Every tenth of the numbers
 * that are as long as a card's passes for one (docs/adr/0012-reference-numbers.md).
 */
export function ReferenceNumber(options: TextOptions = {}): PropertyDecorator {
  return text(options);
}

function text({ min = 1, max = 500, pattern, format, ...rest }: TextOptions, ...more: PropertyDecorator[]): PropertyDecorator {
  const rules = [v.IsString(), v.MinLength(min), v.MaxLength(max), NoControlCharacters(), ...more];
  if (min > 0) rules.push(NotBlank());
  if (pattern) rules.push(v.Matches(pattern));
  return field(rest, { type: 'string', minLength: min, maxLength: max, format, pattern: pattern?.source }, ...rules);
}

/** A secret that the caller types, such as a password: bounded, and not shown in examples. */
export function SecretText(options: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const { min, max, ...rest } = options;
  return field(
    rest,
    { type: 'string', format: 'password', minLength: min, maxLength: max },
    v.IsString(),
    v.MinLength(min),
    v.MaxLength(max),
  );
}

/** An email address, at most 254 characters (RFC 5321). */
export function Email(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { ...exampleUnless(options, 'ada@example.com'), ...options },
    { type: 'string', format: 'email', maxLength: 254 },
    v.IsString(),
    v.MaxLength(254),
    IsEmailAddress(),
  );
}

/** An id: 24 hexadecimal digits. */
export function Id(options: FieldOptions = {}): PropertyDecorator {
  const api: ApiPropertyOptions = { type: 'string', pattern: '^[0-9a-f]{24}$' };
  return field(
    { ...exampleUnless(options, '6565f0c2a1b2c3d4e5f60718'), ...options },
    api,
    v.Matches(/^[0-9a-f]{24}$/, { message: '$property must be an id (24 hexadecimal digits)' }),
  );
}

/** A whole number. */
export function Whole(options: FieldOptions & { min?: number; max?: number } = {}): PropertyDecorator {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, ...rest } = options;
  return field(rest, { type: 'integer', minimum: min, maximum: max }, v.IsInt(), v.Min(min), v.Max(max));
}

/** An amount of money in minor units (1999 is 19.99); never negative, at most 10^9, so that the fullest cart (1,000 lines of 999 pieces) still adds up exactly. */
export function Amount(options: FieldOptions & { min?: number } = {}): PropertyDecorator {
  const { description, ...rest } = options;
  return Whole({
    max: 1_000_000_000,
    ...exampleUnless(rest, 1999),
    ...rest,
    description: description ?? 'In minor units of the currency: 1999 is 19.99.',
  });
}

/** A currency code of ISO 4217. */
export function CurrencyCode(options: FieldOptions = {}): PropertyDecorator {
  return field({ ...exampleUnless(options, 'USD'), ...options }, { type: 'string', pattern: '^[A-Z]{3}$' }, IsCurrency());
}

/** A country code of ISO 3166-1 alpha-2. */
export function CountryCode(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { ...exampleUnless(options, 'US'), ...options },
    { type: 'string', pattern: '^[A-Z]{2}$' },
    v.Matches(/^[A-Z]{2}$/),
    v.IsISO31661Alpha2(),
  );
}

export function Flag(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'boolean' }, v.IsBoolean());
}

/** An instant, ISO 8601 in UTC. In answers only. */
export function Instant(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { ...exampleUnless(options, '2026-01-31T12:00:00.000Z'), ...options },
    { type: 'string', format: 'date-time' },
    v.IsDate(),
    Type(() => Date),
  );
}

/** An instant that the caller gives: ISO 8601 in UTC, to the millisecond at most (`2026-01-31T12:00:00.000Z`). It arrives as text. */
export function InstantText(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', format: 'date-time' }, IsInstant());
}

export function OneOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', enum: [...values] }, v.IsIn([...values]));
}

/** An absolute http or https address, or (for images that a catalogue keeps relative) a path from `/`. */
export function WebAddress(options: FieldOptions & { list?: boolean; max?: number } = {}): PropertyDecorator {
  const { list, max = 100, ...rest } = options;
  const rule = v.Matches(/^(https?:\/\/|\/)[^\s<>"]{1,2000}$/, {
    each: list,
    message: '$property must be an http(s) URL or a path from /',
  });
  const address = { type: 'string', format: 'uri-reference', maxLength: 'https://'.length + 2000 } as const;
  if (!list) return field(rest, address, v.IsString(), rule);
  return field(rest, { type: 'array', items: address, maxItems: max }, v.IsArray(), v.ArrayMaxSize(max), rule);
}

/** A list of strings. */
export function Texts(options: FieldOptions & { max?: number; maxLength?: number; values?: readonly string[] } = {}): PropertyDecorator {
  const { max = 100, maxLength = 200, values, ...rest } = options;
  const items = values ? { type: 'string', enum: [...values] } : { type: 'string', maxLength };
  const each = values
    ? [v.IsIn([...values], { each: true })]
    : [v.IsString({ each: true }), v.MinLength(1, { each: true }), v.MaxLength(maxLength, { each: true })];
  return field(rest, { type: 'array', items, maxItems: max }, v.IsArray(), v.ArrayMaxSize(max), ...each);
}

/** Names to strings, such as `{ "Size": "M" }`. */
export function TextMap(options: FieldOptions & { max?: number } = {}): PropertyDecorator {
  const { max = 50, ...rest } = options;
  const api = { type: 'object', additionalProperties: { type: 'string' } } as ApiPropertyOptions;
  return field({ ...exampleUnless(rest, { Size: 'M' }), ...rest }, api, IsTextMap(max));
}

/** An object whose form is said elsewhere. In answers only. */
export function AnyObject(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'object', additionalProperties: true }, IsPlainObject());
}

/** Whatever JSON can say. In answers only. */
export function AnyValue(options: FieldOptions = {}): PropertyDecorator {
  const single = ['string', 'number', 'boolean', 'null'].map((type) => ({ type }));
  const kinds = [...single, { type: 'object', additionalProperties: true, description: 'With the fields that such a thing has.' }];
  return field(options, { oneOf: [...kinds, { type: 'array', items: { oneOf: kinds } }] });
}

/** Another DTO inside this one. */
export function Nested(type: () => new () => object, options: FieldOptions = {}): PropertyDecorator {
  // Nest's Swagger knows a lazy type by the name of its function, `type`.
  return field(options, { type: () => type() }, IsPlainObject(), v.ValidateNested(), Type(type));
}

/** A list of other DTOs. */
export function ListOf(type: () => new () => object, options: FieldOptions & { min?: number; max?: number } = {}): PropertyDecorator {
  const { min = 0, max = 1000, ...rest } = options;
  const api = { type: () => type(), isArray: true, minItems: min, maxItems: max } as ApiPropertyOptions;
  const objects = v.IsObject({ each: true, message: 'each element of $property must be an object' });
  return field(rest, api, v.IsArray(), v.ArrayMinSize(min), v.ArrayMaxSize(max), objects, v.ValidateNested({ each: true }), Type(type));
}

function rule(name: string, validate: (value: unknown) => boolean, message: string): PropertyDecorator {
  return v.ValidateBy({ name, validator: { validate, defaultMessage: () => message } });
}

function IsInstant(): PropertyDecorator {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
  // JavaScript takes the 31st of February for a day in March.
  const isDay = (text: string): boolean => new Date(text).toISOString().startsWith(text.slice(0, 10));
  return rule(
    'isInstant',
    (value) => typeof value === 'string' && form.test(value) && !Number.isNaN(Date.parse(value)) && isDay(value),
    '$property must be an instant in UTC, such as 2026-01-31T12:00:00.000Z',
  );
}

function IsCurrency(): PropertyDecorator {
  return rule('isCurrency', isCurrency, '$property must be an ISO 4217 currency code such as USD');
}

/** A surrogate without its other half: no character, and not what the database would give back. */
const halfCharacters = /\p{Surrogate}/u;

function NoControlCharacters(): PropertyDecorator {
  // eslint-disable-next-line no-control-regex -- finding them is the point
  const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
  return rule(
    'noControlCharacters',
    (value) => typeof value !== 'string' || (!controls.test(value) && !halfCharacters.test(value)),
    '$property must not contain control characters or halves of characters',
  );
}

function NotBlank(): PropertyDecorator {
  return rule('notBlank', (value) => typeof value !== 'string' || value.trim() !== '', '$property must not be blank');
}

/** The library's rule throws on half a character, which JSON can hold ("\\ud800"). */
function IsEmailAddress(): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && !halfCharacters.test(value) && v.isEmail(value);
  return rule('isEmail', validate, '$property must be an email');
}

function NoCardNumber(): PropertyDecorator {
  const message = '$property seems to contain a card number, which must never be sent here';
  return rule('noCardNumber', (value) => typeof value !== 'string' || !looksLikeCardNumber(value), message);
}

function IsPlainObject(): PropertyDecorator {
  return rule('isObject', (value) => typeof value === 'object' && value !== null && !Array.isArray(value), '$property must be an object');
}

function IsTextMap(max: number): PropertyDecorator {
  const validate = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const entries = Object.entries(value);
    return entries.length <= max && entries.every(([name, text]) => isText(name, 100) && isText(text, 200));
  };
  return rule('isTextMap', validate, '$property must be an object of names and texts');
}

function isText(value: unknown, max: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= max;
}
