import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, type Shop } from './shop';

/** The token of the letter that asks an address whether it is its reader's. */
export async function letterTo(shop: Shop, email: string): Promise<string> {
  const folder = join(shop.dataDir, 'outbox');
  // The shop writes its mails there.
  return eventually(`the letter to ${email}`, () => {
    const letters = (existsSync(folder) ? readdirSync(folder) : []).filter(
      (name) => name.startsWith('verification-') && name.endsWith('.eml'),
    );
    // Long lines are broken with a = at their end (quoted-printable).
    const texts = letters.map((name) => readFileSync(join(folder, name), 'utf8').replace(/=\r\n/g, '').replaceAll('=3D', '='));
    const letter = texts.find((text) => text.includes(`To: ${email}`));
    return Promise.resolve(letter && /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(letter)?.[0]);
  });
}
