import { isUtf8 } from 'node:buffer';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import { refusal } from '@cartwright/kernel';
import type { FastifyRequest } from 'fastify';

export const MalformedRequest = refusal('malformed_request', 'invalid', () => 'The body is not JSON.');
export const MalformedEncoding = refusal('malformed_encoding', 'invalid', () => 'The body is not UTF-8.');
export const BodyTooDeep = refusal<{ deepest: number }>(
  'body_too_deep',
  'invalid',
  ({ deepest }) => `The body has objects and lists inside each other more than ${deepest} deep.`,
  { deepest: 32 },
);
export const DuplicateName = refusal<{ name: string }>(
  'duplicate_name',
  'invalid',
  ({ name }) => `The body names ${name} twice in one object, so that nobody can tell which is meant.`,
  { name: 'quantity' },
);
export const ForbiddenName = refusal<{ name: string }>(
  'forbidden_name',
  'invalid',
  ({ name }) => `The body names ${name}, which is no name for a field.`,
  { name: '__proto__' },
);

const deepest = 32;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a request's JSON body (RFC 8259), `undefined` when it is empty. Beyond what `JSON.parse` refuses: what is not UTF-8, goes too deep, or has names twice in
 * one object or names of the object prototype. The text is parsed once: names twice show in the count of colons, and only then are they looked for.
 */
export function readJsonBody({ headers }: Pick<FastifyRequest, 'headers'>, body: Buffer): unknown {
  refuseOtherCharsets(headers['content-type'] ?? '');
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new MalformedEncoding({});
  const text = body.toString();
  const names = countColons(text);
  const value = parse(text);
  if (countNames(value) !== names) throw new DuplicateName({ name: nameTwice(text) });
  return value;
}

function refuseOtherCharsets(type: string): void {
  if (type === 'application/json') return;
  const [, charset] = /;\s*charset="?([^";\s]*)/i.exec(type) ?? [];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    throw new UnsupportedMediaTypeException(`JSON is written in UTF-8, not in ${charset.slice(0, 20)}.`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message would quote the text, which may hold a password.
    throw new MalformedRequest({});
  }
}

const [quote, colon, openList, closeList, openObject, closeObject] = [...'":[]{}'].map((sign) => sign.charCodeAt(0));

/** How many names a JSON text has: the colons outside of its strings. Throws when it goes too deep, before anything is built of it. */
function countColons(text: string): number {
  let [colons, depth] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === quote) at = endOfString(text, at);
    else if (sign === colon) colons += 1;
    else if (sign === openObject || sign === openList) {
      depth += 1;
      if (depth > deepest) throw new BodyTooDeep({ deepest });
    } else if (sign === closeObject || sign === closeList) depth -= 1;
  }
  return colons;
}

/** Where the string ends that begins at `start`; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text[first - 1] === '\\') first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((count: number, element) => count + countNames(element), 0);
  const names = Object.keys(value);
  let count = names.length;
  for (const name of names) {
    if (forbidden.has(name)) throw new ForbiddenName({ name });
    const inner = (value as Record<string, unknown>)[name];
    if (typeof inner === 'object') count += countNames(inner);
  }
  return count;
}

/** The first name that an object of a JSON text has twice. */
function nameTwice(text: string): string {
  const inside: Set<string>[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === openObject) inside.push(new Set());
    else if (sign === closeObject) inside.pop();
    else if (sign === quote) {
      const end = endOfString(text, at);
      if (/^\s*:/.test(text.slice(end + 1, end + 100))) {
        const name = JSON.parse(text.slice(at, end + 1)) as string;
        if (inside.at(-1)?.has(name)) return name.slice(0, 100);
        inside.at(-1)?.add(name);
      }
      at = end;
    }
  }
  return 'something';
}
