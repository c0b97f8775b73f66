import type { Farewell, Letter } from '@cartwright/identity';
import type { Mail, Passage } from './mail';

/** The mails that an account brings. `storefront` is where its pages are; without one the reader types the token in. */
export function passwordReset(key: string, { to, name, token, hours }: Letter, storefront?: string): Mail {
  return {
    key,
    template: 'password_reset',
    to,
    subject: 'Choose another password',
    body: [
      `Hello ${name},`,
      'somebody, hopefully you, wants to choose another password for your account.',
      ...way('reset-password', token, storefront),
      `That is good once, for ${wordedHours(hours)}. If it was not you, there is nothing to do: your password stays as it is.`,
    ],
  };
}

export function emailVerification(key: string, { to, name, token, hours }: Letter, storefront?: string): Mail {
  return {
    key,
    template: 'email_verification',
    to,
    subject: 'Is this your address?',
    body: [
      `Hello ${name},`,
      'please confirm that this address is yours.',
      ...way('verify-email', token, storefront),
      `That is good for ${wordedHours(hours)}. If you have no account here, there is nothing to do.`,
    ],
  };
}

export function accountErased(key: string, { to, name }: Farewell): Mail {
  return {
    key,
    template: 'account_erased',
    forgets: true,
    to,
    subject: 'Your account was erased',
    body: [
      `Hello ${name},`,
      'as you asked, your account was erased, with your addresses, your cart and what you had saved to pay with.',
      'Of what you ordered our books keep what was sold and for how much. Your name and address go from there, too, as soon as nothing of it can be sent or come back any more.',
      'This is the last letter about it, and this address is forgotten now.',
    ],
  };
}

function way(page: string, token: string, storefront: string | undefined): Passage[] {
  if (!storefront) return ['Enter this where you are asked for it:', { lines: [token] }];
  const url = new URL(`${storefront.replace(/\/+$/, '')}/${page}`);
  url.searchParams.set('token', token);
  return ['Open this page:', { lines: [url.href] }];
}

function wordedHours(hours: number): string {
  if (hours === 1) return 'an hour';
  return hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;
}
