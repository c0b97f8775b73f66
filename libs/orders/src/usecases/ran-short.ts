/** So long a SKU that ran short is looked at before anybody begins to order it. */
const rememberedMs = 60_000;
const mostRemembered = 10_000;

/**
 * The SKUs of which there was not enough a short while ago. Whoever wants one of them looks first, and is refused without a transaction that is begun for nothing; for
 * all others, nearly everybody, the look would be a waste. Nothing's rightness depends on it: the reservation itself decides.
 */
export class RanShort {
  private readonly until = new Map<string, number>();

  note(skus: readonly string[], now = Date.now()): void {
    for (const sku of skus) {
      this.until.delete(sku);
      this.until.set(sku, now + rememberedMs);
      if (this.until.size > mostRemembered) this.until.delete(this.until.keys().next().value as string);
    }
  }

  any(skus: readonly string[], now = Date.now()): boolean {
    return skus.some((sku) => (this.until.get(sku) ?? 0) > now);
  }
}
