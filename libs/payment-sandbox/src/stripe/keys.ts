import type { KeyRules } from '../http/dialect';
import { Refusal } from '../http/refusal';

const LONGEST_KEY = 255;

/** Stripe's API reference, "Idempotent requests". */
export const stripeKeys: KeyRules = {
  check(key) {
    if (key.length <= LONGEST_KEY) return;
    throw new Refusal(
      400,
      { type: 'invalid_request_error', message: `Idempotency keys can be up to ${LONGEST_KEY} characters long.` },
      false,
    );
  },
  inUse: (key) =>
    new Refusal(
      409,
      {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. If you are seeing this error frequently, contact support.`,
      },
      false,
    ),
  otherPath: (key, path, first) =>
    mismatch(
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${path}' vs '${first}'). Try using a key other than '${key}' if you meant to execute a different request.`,
    ),
  otherParameters: (key) =>
    mismatch(
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    ),
};

function mismatch(message: string): Refusal {
  return new Refusal(400, { type: 'idempotency_error', message }, false);
}
