import { InvalidInput, type FieldError } from '@cartwright/platform';
import { isEmail } from 'class-validator';

export const passwordLength = { min: 10, max: 200 } as const;
export const longestName = 200;
export const longestEmail = 254;

/** The rules of registration for accounts that come by another way than HTTP. Throws `InvalidInput` naming each bad field. */
export function checkAccount(account: { readonly name: string; readonly email: string; readonly password: string }): void {
  const errors = [nameError(account.name), emailError(account.email), passwordError(account.password)].filter((error) => error !== null);
  if (errors.length > 0) throw new InvalidInput({ errors });
}

function nameError(name: string): FieldError | null {
  if (name.trim().length > 0 && name.length <= longestName) return null;
  return { path: 'name', code: 'length', message: `name must have 1 to ${longestName} characters.` };
}

function emailError(email: string): FieldError | null {
  if (email.length <= longestEmail && isEmail(email)) return null;
  return { path: 'email', code: 'is_email', message: 'email must be an email.' };
}

function passwordError(password: string): FieldError | null {
  const { min, max } = passwordLength;
  if (password.length >= min && password.length <= max) return null;
  return { path: 'password', code: 'length', message: `password must have ${min} to ${max} characters.` };
}
