/** What the shop gave to tell who calls. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Where a client keeps its tokens. `undefined`: nobody is logged in. */
export interface TokenStore {
  get(): Tokens | undefined | Promise<Tokens | undefined>;
  set(tokens: Tokens | undefined): void | Promise<void>;
}

/** Keeps tokens for as long as the program runs. */
export function tokensInMemory(tokens?: Tokens): TokenStore {
  return {
    get: () => tokens,
    set: (next) => {
      tokens = next;
    },
  };
}

/** What `localStorage` and `sessionStorage` can do. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Keeps tokens in a browser's storage, which all tabs share. Scripts of the page can read them there, so let no strange ones in. */
export function tokensIn(storage: KeyValueStorage, key = 'cartwright.tokens'): TokenStore {
  return {
    get: () => {
      const text = storage.getItem(key);
      return text === null ? undefined : (JSON.parse(text) as Tokens);
    },
    set: (tokens) => {
      if (tokens) storage.setItem(key, JSON.stringify(tokens));
      else storage.removeItem(key);
    },
  };
}
