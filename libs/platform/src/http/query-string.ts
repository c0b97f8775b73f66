import { parse } from 'node:querystring';

const bracketed = /^(\w{1,50})\[([^[\]]{1,100})\]$/;

/** Reads a query string; `options[Size]=M` becomes `{ options: { Size: 'M' } }`, one level deep. It has no prototype that a name could reach. */
export function parseQueryString(text: string): Record<string, unknown> {
  const query = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(parse(text, '&', '=', { maxKeys: 100 }))) {
    const [, outer, inner] = bracketed.exec(name) ?? [];
    if (!outer || !inner) query[name] = value;
    else query[outer] = Object.assign(mapIn(query[outer]), { [inner]: value });
  }
  return query;
}

function mapIn(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : (Object.create(null) as object);
}
