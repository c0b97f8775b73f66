import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { InvalidInput, type FieldError } from './problem';

const primitives = new Set<unknown>([String, Number, Boolean, Object, Array, undefined]);
const rules = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, stopAtFirstError: true } as const;

/**
 * Turns a body or a query into its DTO, or refuses it, naming every bad field. Unknown fields are refused, never dropped. Only queries,
 * which are all text, have their numbers, flags and lists read from text; in a body `"5"` is not a number.
 */
@Injectable()
export class RequestValidation implements PipeTransform {
  /** Whether nothing at all is a good input; most requests for lists have no query, and are spared the validation of it. */
  private readonly mayBeEmpty = new WeakMap<Constructor, boolean>();

  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (primitives.has(metatype) || type === 'custom' || type === 'param') return value;
    // A request without a body is one whose fields are all missing: each required one is then named, and a DTO without any is content.
    const given = value === undefined ? {} : value;
    if (type === 'query' && Object.keys(given as object).length === 0 && this.takesNothing(metatype as Constructor)) {
      return new (metatype as Constructor)();
    }
    const plain = type === 'query' ? readQuery(metatype as Constructor, given as Record<string, unknown>) : given;
    if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) throw new InvalidInput({ errors: [notAnObject] });
    const dto = plainToInstance(metatype as Constructor, plain);
    const errors = validateSync(dto, rules).flatMap((error) => fieldErrors(error, ''));
    if (errors.length > 0) throw new InvalidInput({ errors });
    return dto;
  }

  private takesNothing(metatype: Constructor): boolean {
    let takes = this.mayBeEmpty.get(metatype);
    if (takes === undefined) {
      takes = validateSync(plainToInstance(metatype, {}), rules).length === 0;
      this.mayBeEmpty.set(metatype, takes);
    }
    return takes;
  }
}

type Constructor = new () => object;
const notAnObject: FieldError = { path: '', code: 'is_object', message: 'The body must be a JSON object.' };

function readQuery(metatype: Constructor, query: Record<string, unknown>): Record<string, unknown> {
  const errors: FieldError[] = [];
  const read = Object.entries(query).map(([name, value]) => {
    const type: unknown = Reflect.getMetadata('design:type', metatype.prototype as object, name);
    // The transformer leaves these names out, where every other unknown one is refused.
    const reserved = [name, ...(isMap(value) ? Object.keys(value) : [])].find((part) => part === '__proto__' || part === 'constructor');
    if (reserved) errors.push({ path: name, code: 'unknown_field', message: `There is no field ${reserved} here.` });
    else if (Array.isArray(value) && type !== Array)
      errors.push({ path: name, code: 'repeated', message: `${name} is given more than once.` });
    return [name, readText(type, value)] as const;
  });
  if (errors.length > 0) throw new InvalidInput({ errors });
  return Object.fromEntries(read);
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readText(type: unknown, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (type === Number && /^-?\d{1,16}(\.\d{1,10})?$/.test(value)) return Number(value);
  if (type === Boolean && (value === 'true' || value === 'false')) return value === 'true';
  if (type === Array) return value.split(',').map((part) => part.trim());
  return value;
}

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const path = parent ? `${parent}.${error.property}` : error.property;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => describe(path, rule, message, error.value));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, path))];
}

function describe(path: string, rule: string, message: string, value: unknown): FieldError {
  if (rule === 'whitelistValidation') return { path, code: 'unknown_field', message: `There is no field ${path} here.` };
  if (value === undefined) return { path, code: 'required', message: `${path} is required.` };
  return { path, code: rule.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), message: `${message}.` };
}
