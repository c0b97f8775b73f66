import type { SwaggerCustomOptions } from '@nestjs/swagger';

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

interface Answered {
  readonly ok: boolean;
  readonly url: string;
  readonly body?: Session;
}

interface SentRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** What the two functions below find in the browser. */
interface Page {
  readonly ui: {
    readonly authActions: {
      authorizeWithPersistOption(authorized: object): void;
      logoutWithPersistOption(schemes: readonly string[]): void;
    };
    getConfigs(): { responseInterceptor(answer: Answered): Answered };
  };
  readonly location: { readonly origin: string };
  readonly localStorage: {
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
  /** Absent on pages that came neither by HTTPS nor from this machine. */
  readonly navigator: { readonly locks?: { request<T>(name: string, work: () => Promise<T>): Promise<T> } };
}

// Both are sent to the browser as text: they can use nothing of this module.

/** Whoever logs in, registers, begins as a guest or renews the session is authorised from then on, in tabs opened later, too; whoever logs out is not. */
const heedSessions = (answer: Answered): Answered => {
  const { ui, location, localStorage } = globalThis as unknown as Page;
  const path = new URL(answer.url, location.origin).pathname;
  if (answer.ok && /^\/api\/auth\/(login|register|guest|refresh)$/.test(path) && answer.body) {
    const { accessToken: value, refreshToken, expiresIn } = answer.body;
    ui.authActions.authorizeWithPersistOption({ bearer: { name: 'bearer', schema: { type: 'http', scheme: 'bearer' }, value } });
    localStorage.setItem('cartwright', JSON.stringify({ accessToken: value, refreshToken, until: Date.now() + expiresIn * 1000 }));
  }
  if (answer.ok && path === '/api/auth/logout') {
    ui.authActions.logoutWithPersistOption(['bearer']);
    localStorage.removeItem('cartwright');
  }
  return answer;
};

/** Requests of the account that logged in have a token that lasts: it is renewed when it is about to expire. Tokens of others, which were typed in, are left alone. */
const renewSession = async (request: SentRequest): Promise<SentRequest> => {
  const { ui, location, localStorage, navigator } = globalThis as unknown as Page;
  const session = (): { accessToken?: string; refreshToken?: string; until: number } =>
    JSON.parse(localStorage.getItem('cartwright') ?? '{"until":0}') as ReturnType<typeof session>;
  const ownerOf = (authorization = ''): string => {
    try {
      const claims = authorization.split('.')[1] ?? '';
      return (JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as { sub: string }).sub;
    } catch {
      return authorization; // no token that this shop gave: its own owner
    }
  };
  const lasts = (): boolean => Date.now() < session().until - 30_000;
  const renew = async (): Promise<void> => {
    if (lasts()) return; // another tab was faster
    const url = `${location.origin}/api/auth/refresh`;
    const body = JSON.stringify({ refreshToken: session().refreshToken });
    const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    if (response.ok) ui.getConfigs().responseInterceptor({ ok: true, url, body: (await response.json()) as Session });
  };
  const isOurs = ownerOf(request.headers['Authorization']) === ownerOf(session().accessToken);
  if (!request.headers['Authorization'] || !isOurs || new URL(request.url, location.origin).pathname === '/api/auth/refresh')
    return request;
  // A refresh token that is used twice ends the session, so that tabs take turns.
  if (!lasts()) await (navigator.locks ? navigator.locks.request('cartwright', renew) : renew());
  if (session().until > Date.now()) request.headers['Authorization'] = `Bearer ${session().accessToken}`;
  else delete request.headers['Authorization']; // the session is over, and a stranger may still log in
  return request;
};

/** Swagger UI as the shop's people work in it: `/api/docs#/Cart/addCartItem` leads to an operation, and logging in there authorises. */
export const swaggerUi: SwaggerCustomOptions = {
  jsonDocumentUrl: 'api/openapi.json',
  yamlDocumentUrl: 'api/openapi.yaml',
  customSiteTitle: 'Cartwright API',
  swaggerOptions: {
    deepLinking: true,
    persistAuthorization: true,
    defaultModelsExpandDepth: -1, // each operation shows its own schemas; all of them at the end are long to draw
    displayOperationId: true,
    displayRequestDuration: true,
    docExpansion: 'none', // the jobs to be done are seen at once, and what does each by a click
    filter: true,
    requestInterceptor: renewSession,
    responseInterceptor: heedSessions,
  },
};
