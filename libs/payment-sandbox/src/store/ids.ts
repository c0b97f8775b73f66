import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Mints strings that look like Stripe's ids. With a seed, the n-th string of a sandbox is always the same one;
 * `counter` is kept with the state, so that a restart goes on where it stopped.
 */
export class IdMint {
  private readonly secret: Buffer;

  constructor(
    seed: string | undefined,
    public counter = 0,
  ) {
    this.secret = seed === undefined ? randomBytes(16) : Buffer.from(seed);
  }

  mint(prefix: string, length: number): string {
    this.counter += 1;
    const bytes = createHash('sha256').update(this.secret).update(String(this.counter)).digest();
    let text = prefix;
    for (let index = 0; index < length; index += 1) text += ALPHABET[(bytes[index] as number) % ALPHABET.length];
    return text;
  }
}
