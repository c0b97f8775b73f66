/**
 * Somebody outside was asked and gave no answer: a timeout, a reset, a 5xx, a 429. It says nothing against the delivery in whose course it was asked, so the relay repeats
 * that for days, after as long again as it has already taken (five minutes at most), before it counts towards being parked.
 */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}
