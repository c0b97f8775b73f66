import type { Type } from '@nestjs/common';
import { Texts } from './fields';

/** `fields=id,name`: the query's whitelist of the fields that an answer of this DTO may be reduced to; any other name is refused. */
export function FieldsOf(dto: Type<object>): PropertyDecorator {
  return Texts({
    values: fieldsOf(dto),
    max: 50,
    optional: true,
    description: 'Only these fields of each, between commas; all of them, when it is left out.',
  });
}

/** What is shown of a DTO: the fields that were asked for, or all. */
export function sparse<T extends object>(dto: T, fields: readonly string[] | undefined): T {
  if (!fields) return dto;
  return Object.fromEntries(fields.map((name) => [name, (dto as Record<string, unknown>)[name]])) as T;
}

function fieldsOf(dto: Type<object>): string[] {
  const named = (Reflect.getMetadata('swagger/apiModelPropertiesArray', dto.prototype as object) ?? []) as string[];
  return named.map((name) => name.replace(/^:/, ''));
}
