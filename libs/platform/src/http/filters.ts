import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf } from 'class-validator';
import type { Condition } from '../store/conditions';

type Operator = keyof Condition<unknown>;

/** How the values of a field are written in a query, and what they are then. */
interface Kind {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example: string;
  /** `undefined` for what is no such value. */
  read(text: string): unknown;
}

interface FilterOptions {
  readonly operators: readonly Operator[];
  readonly description?: string;
}

const mostValues = 20;
const range = ['gt', 'gte', 'lt', 'lte'] as const;

/** A filter by one of several values: `status=Shipped`, `status[in]=Shipped,Delivered`. */
export function OneOfFilter(values: readonly string[], description?: string): PropertyDecorator {
  const read = (text: string): unknown => (values.includes(text) ? text : undefined);
  return filter(
    { schema: { type: 'string', enum: [...values] }, example: String(values[0]), read },
    { operators: ['eq', 'in'], description },
  );
}

/** A filter by an instant in UTC: `createdAt[gte]=2026-01-31T00:00:00.000Z`. */
export function InstantFilter(description?: string): PropertyDecorator {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
  const read = (text: string): unknown => {
    const instant = new Date(form.test(text) ? text : NaN);
    // JavaScript takes the 31st of February for a day in March.
    return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text.slice(0, 10)) ? instant : undefined;
  };
  return filter(
    { schema: { type: 'string', format: 'date-time' }, example: '2026-01-31T00:00:00.000Z', read },
    { operators: range, description },
  );
}

/** A filter by an amount in minor units: `totalAmount[lt]=5000`. */
export function AmountFilter(description?: string): PropertyDecorator {
  const read = (text: string): unknown => (/^\d{1,12}$/.test(text) ? Number(text) : undefined);
  return filter(
    { schema: { type: 'integer', minimum: 0, maximum: 999_999_999_999 }, example: '5000', read },
    { operators: ['eq', ...range], description },
  );
}

/** What is wrong with a filter, on its way to the validation. */
class BadFilter {
  constructor(readonly reason: string) {}
}

/**
 * A filter of a list, `name=value` or `name[operator]=value`. Only the operators that it is declared with exist, each value is read as what it is, and what comes of
 * it is a {@link Condition}: no text of the caller's is ever an operator of the database.
 */
function filter(kind: Kind, { operators, description }: FilterOptions): PropertyDecorator {
  const properties = Object.fromEntries(
    operators.map((operator) => [
      operator,
      operator === 'in' ? { type: 'string', maxLength: 1000, description: 'Several, between commas.' } : kind.schema,
    ]),
  );
  // The API document has a parameter of its own for each of them.
  const api = { type: 'object', properties, additionalProperties: false, required: false, description } as unknown as ApiPropertyOptions;
  return applyDecorators(
    ApiProperty(api),
    Transform(({ value }) => (value === undefined ? undefined : readCondition(value, kind, operators))),
    ValidateIf((_, value) => value !== undefined),
    ValidateBy({
      name: 'filter',
      validator: {
        validate: (value) => !(value instanceof BadFilter),
        defaultMessage: (given) => `$property ${(given?.value as BadFilter).reason}`,
      },
    }),
  );
}

function readCondition(given: unknown, kind: Kind, operators: readonly Operator[]): Condition<unknown> | BadFilter {
  const asked: [string, unknown][] =
    typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.entries(given) : [['eq', given]];
  const condition: Record<string, unknown> = {};
  for (const [operator, text] of asked) {
    if (!(operators as readonly string[]).includes(operator))
      return new BadFilter(`takes ${operators.join(', ')}, not ${operator.slice(0, 20)}`);
    const values = typeof text === 'string' ? (operator === 'in' ? text.split(',') : [text]).map((one) => kind.read(one)) : [undefined];
    if (values.includes(undefined) || values.length > mostValues)
      return new BadFilter(`is compared with what it cannot be; for example ${kind.example}`);
    condition[operator] = operator === 'in' ? values : values[0];
  }
  return condition;
}
