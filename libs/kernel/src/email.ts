/** What two spellings of one email have in common. */
export function emailKeyOf(email: string): string {
  return email.normalize('NFC').toLowerCase();
}
