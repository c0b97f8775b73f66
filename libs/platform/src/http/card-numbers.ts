/** Runs of 14 to 19 digits, perhaps grouped by spaces or hyphens, that begin as payment cards do (ISO/IEC 7812: 3-6, and 2 for Mastercard). */
const candidates = /(?<!\d)[2-6](?:[ -]?\d){13,18}(?!\d)/g;

/** Whether a text contains what is most likely a card number: the length, the first digit, and the check digit of Luhn fit. */
export function looksLikeCardNumber(text: string): boolean {
  if (text.length < 14) return false;
  return (text.match(candidates) ?? []).some((candidate) => passesLuhn(candidate.replace(/\D/g, '')));
}

/** The text with each number that is most likely a card's covered; runs of digits in ids of letters and digits stay. */
export function withoutCardNumbers(text: string): string {
  return text.replace(candidates, (found: string, at: number) => {
    const inside = /[a-z]/i.test(`${text[at - 1] ?? ''}${text[at + found.length] ?? ''}`);
    return !inside && passesLuhn(found.replace(/\D/g, '')) ? '[card]' : found;
  });
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
