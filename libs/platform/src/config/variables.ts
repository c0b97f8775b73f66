import { isIP } from 'node:net';

/** One environment variable: how its text becomes a value, what it is when absent, and what it means. */
export interface Variable<Value> {
  readonly help: string;
  /** Turns the text into a value, or throws an Error whose message ends the sentence "NAME ...". */
  readonly parse: (text: string) => Value;
  readonly fallback: Value;
  /** The same in production, where that is something else. */
  readonly production?: Value;
  /** Shown in `.env.example`; never a working secret. */
  readonly example?: string;
  /** Whether the value must not appear in logs; `NAME_FILE` may name a file that holds it. */
  readonly secret?: boolean;
}

type Proxies = false | number | readonly string[];

type Options<Value> = { help: string; fallback: Value; production?: Value; example?: string; secret?: boolean };

export function text<V extends string | undefined>(options: Options<V>): Variable<string | V> {
  return { ...options, parse: (raw) => raw };
}

export function secret(options: { help: string; minLength?: number; example?: string }): Variable<string | undefined> {
  return {
    help: options.help,
    example: options.example,
    fallback: undefined,
    secret: true,
    parse: (raw) => {
      if (raw.length < (options.minLength ?? 1)) throw new Error(`must have at least ${options.minLength} characters`);
      return raw;
    },
  };
}

export function whole(options: Options<number> & { min: number; max: number }): Variable<number> {
  return {
    ...options,
    parse: (raw) => {
      const value = Number(raw);
      if (!/^\d+$/.test(raw) || value < options.min || value > options.max) {
        throw new Error(`must be a whole number from ${options.min} to ${options.max}, not "${raw}"`);
      }
      return value;
    },
  };
}

export function flag(options: Options<boolean>): Variable<boolean> {
  return {
    ...options,
    parse: (raw) => {
      if (raw !== 'true' && raw !== 'false') throw new Error(`must be true or false, not "${raw}"`);
      return raw === 'true';
    },
  };
}

export function oneOf<const Value extends string>(values: readonly Value[], options: Options<Value>): Variable<Value> {
  return {
    ...options,
    parse: (raw) => {
      const value = values.find((candidate) => candidate === raw);
      if (value === undefined) throw new Error(`must be one of ${values.join(', ')}, not "${raw}"`);
      return value;
    },
  };
}

export function url<V extends string | undefined>(protocols: readonly string[], options: Options<V>): Variable<string | V> {
  return {
    ...options,
    parse: (raw) => {
      if (!protocols.some((protocol) => raw.startsWith(`${protocol}://`))) {
        throw new Error(`must be a URL that begins with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`);
      }
      return raw;
    },
  };
}

/** What is believed of `X-Forwarded-For`: nothing, what so many proxies appended, or what those at these addresses did. Never what the client itself wrote. */
export function proxies(options: Options<Proxies>): Variable<Proxies> {
  return {
    ...options,
    parse: (raw) => {
      if (raw === 'false') return false;
      if (raw === 'true') return 1;
      if (/^[1-9]$/.test(raw)) return Number(raw);
      const addresses = raw.split(',').map((part) => part.trim());
      const wrong = addresses.find((part) => !isAddressOrRange(part));
      if (wrong !== undefined) throw new Error(`must be true, false, a number of proxies up to 9, or addresses and CIDRs, not "${wrong}"`);
      return addresses;
    },
  };
}

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return most >= 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most));
}

export function list(options: Options<readonly string[]>): Variable<readonly string[]> {
  return {
    ...options,
    parse: (raw) =>
      raw
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
  };
}
