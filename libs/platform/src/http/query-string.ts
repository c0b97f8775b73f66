import { parse } from 'node:querystring';

const bracketed = /^(\w{1,50})\[([^[\]]{1,100})\]$/;

/** Reads a query string; `options[Size]=M` becomes `{ options: { Size: 'M' } }`, one level deep. It has no prototype that a name could reach. */
export function parseQueryString(text: string): Record<string, unknown> {
  const query = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(parse(text, '&', '=', { maxKeys: 100 }))) {
    const [, outer, inner] = bracketed.exec(name) ?? [];
    // Whoever gives both a=1 and a[b]=1 gives a twice.
    if (!outer || !inner) query[name] = name in query ? [query[name], value] : value;
    else if (outer in query && !isMap(query[outer])) query[outer] = [query[outer], { [inner]: value }];
    else query[outer] = Object.assign(query[outer] ?? (Object.create(null) as object), { [inner]: value });
  }
  return query;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
