import { Injectable } from '@nestjs/common';
import { randomToken } from '@cartwright/kernel';
import { hash, verify, type Algorithm } from '@node-rs/argon2';
import { Turnstile } from './turnstile';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. (The package's enum is a type only, hence the number.) */
const argon2id = { algorithm: 2 as Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Each hash keeps a core busy and holds 19 MiB; more of them at once would starve everything else. */
const atOnce = 2;

/** Makes and checks password hashes. */
@Injectable()
export class Passwords {
  private readonly turnstile = new Turnstile(atOnce);
  private readonly decoy = this.hash(randomToken());

  async hash(password: string): Promise<string> {
    return this.turnstile.pass(() => hash(password.normalize('NFKC'), argon2id));
  }

  /** Whether the password is the one behind the hash. Without a hash it is not, after just as much work. */
  async matches(passwordHash: string | undefined, password: string): Promise<boolean> {
    const compared = passwordHash ?? (await this.decoy);
    const same = await this.turnstile.pass(() => verify(compared, password.normalize('NFKC')));
    return same && passwordHash !== undefined;
  }
}
