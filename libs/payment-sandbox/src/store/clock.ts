/**
 * The sandbox's time: the machine's, or one that stands still from a given second on, plus what the control plane has advanced it by.
 * Seconds since 1970, as everywhere in Stripe.
 */
export class SandboxClock {
  constructor(
    public offsetSeconds: number,
    private readonly standsAt: number | undefined,
  ) {}

  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  nowMs(): number {
    return (this.standsAt === undefined ? Date.now() : this.standsAt * 1000) + this.offsetSeconds * 1000;
  }

  /** Whether time passes by itself. */
  get runs(): boolean {
    return this.standsAt === undefined;
  }
}
