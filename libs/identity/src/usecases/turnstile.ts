/** Lets so many in at a time; the others wait in line. */
export class Turnstile {
  private readonly line: (() => void)[] = [];

  constructor(private free: number) {}

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((enter) => this.line.push(enter));
    try {
      return await work();
    } finally {
      // The place goes straight to the next in line, so that nobody who comes later slips in between.
      const next = this.line.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
