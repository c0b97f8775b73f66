/** The sandbox's time: the machine's, plus what the control plane has advanced it by. Seconds since 1970, as everywhere in Stripe. */
export class SandboxClock {
  constructor(public offsetSeconds = 0) {}

  now(): number {
    return Math.floor(Date.now() / 1000) + this.offsetSeconds;
  }

  nowMs(): number {
    return Date.now() + this.offsetSeconds * 1000;
  }
}
