import { parse } from 'node:querystring';

const bracketed = /^(\w{1,50})\[([^[\]]{1,100})\]$/;

/** Reads a query string; `options[Size]=M` becomes `{ options: { Size: 'M' } }`, one level deep. Names of the object prototype are left flat. */
export function parseQueryString(text: string): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parse(text, '&', '=', { maxKeys: 100 }))) {
    const [, outer, inner] = bracketed.exec(name) ?? [];
    if (!outer || !inner || inner === '__proto__' || outer === '__proto__') query[name] = value;
    else query[outer] = { ...(query[outer] as object | undefined), [inner]: value };
  }
  return query;
}
