import { flag, integer, list, readParams, text } from '../http/params';
import type { RawHash } from '../http/form';

/** How deliveries are disturbed, set by the control plane. Not part of the stored state. */
export interface DeliveryPolicy {
  /** Nothing is sent until released. */
  readonly hold: boolean;
  /** Each event is sent so many times more. */
  readonly duplicate: number;
  /** Seed of the order in which waiting events are sent, one at a time. */
  readonly shuffle: number | undefined;
  readonly delayMs: number;
  /** So many of the next events are never sent. */
  readonly drop: number;
  /** Only events of these types are disturbed; all when empty. */
  readonly types: readonly string[];
}

export const undisturbed: DeliveryPolicy = { hold: false, duplicate: 0, shuffle: undefined, delayMs: 0, drop: 0, types: [] };

const shape = {
  hold: flag,
  release: flag,
  duplicate: integer(),
  shuffle: integer(),
  delayMs: integer(),
  drop: integer(),
  types: list(text()),
};

/** The policy after a change: what is not named stays; `release` ends a hold. */
export function changePolicy(policy: DeliveryPolicy, raw: RawHash): DeliveryPolicy {
  const { release, ...change } = readParams(shape, raw);
  return { ...policy, ...change, hold: release ? false : (change.hold ?? policy.hold) };
}

/** The same order for the same seed (Fisher-Yates with a 32-bit linear generator). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = seed >>> 0;
  for (let index = result.length - 1; index > 0; index -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (index + 1));
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}
