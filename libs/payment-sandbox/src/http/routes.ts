import type { Work } from '../store/work';
import type { RawHash } from './form';
import { documented, type ErrorBody } from './refusal';

/** One call of an endpoint: what a handler reads from and writes to. */
export interface Call {
  readonly work: Work;
  /** The ids in the path, `/v1/customers/:id/payment_methods/:subId`. */
  readonly id: string;
  readonly subId: string;
  /** Form or query, without `expand`. */
  readonly raw: RawHash;
  /** Where the sandbox is reached, for links in answers. */
  readonly baseUrl: string;
}

/** A call that failed and yet left its traces: a declined payment. Its changes are kept. */
export class Declined {
  readonly error: ErrorBody;

  constructor(
    error: ErrorBody,
    readonly status = 402,
  ) {
    this.error = documented(error);
  }
}

/** Answers with a body, with `Declined`, or throws a `Refusal` and changes nothing. Runs without waiting. */
export type Handler = (call: Call) => object | Declined;

/** Handlers by `METHOD /path`, ids written as `:id` and `:subId`. */
export type Routes<H = Handler> = Readonly<Record<string, H>>;

interface Match<H> {
  readonly handler: H;
  readonly id: string;
  readonly subId: string;
}

/** Paths have literals and ids in turns, `/v1/<name>/<id>/<name>/<id>`: the route is found by its key, without a search. */
export function matchRoute<H>(routes: Routes<H>, method: string, path: string): Match<H> | undefined {
  const steps = path.split('/');
  const [, version, name, id = '', action, subId = ''] = steps;
  const key = [`${method} /${version}/${name}`, id && '/:id', action === undefined ? '' : `/${action}`, subId && '/:subId'].join('');
  const handler = steps.length <= 6 && Object.hasOwn(routes, key) ? routes[key] : undefined;
  return handler && { handler, id: decodeId(id), subId: decodeId(subId) };
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an id of anything: it will not be found as it stands.
    return text;
  }
}
