import { createHash } from 'node:crypto';
import { emailKeyOf } from '@cartwright/kernel';

/** The mails that there are. Their names are for ever: they stand in the log of mails and in its filters. */
export const mailTemplates = [
  'order_confirmation',
  'parcel_sent',
  'order_cancelled',
  'items_cancelled',
  'return_decided',
  'refund_sent',
  'password_reset',
  'email_verification',
  'account_erased',
] as const;
export type MailTemplate = (typeof mailTemplates)[number];

/** A paragraph, or lines that stand together. Plain text: what becomes HTML is escaped then. */
export type Passage = string | { readonly lines: readonly string[] };

/** A mail to a buyer, mostly about an order. `key` names it for ever: the same mail has the same key, so that it is sent once. */
export interface Mail {
  readonly key: string;
  readonly template: MailTemplate;
  readonly orderNumber?: string;
  readonly to: string;
  readonly subject: string;
  /** The log is to keep nothing of whom it went to. */
  readonly forgets?: true;
  readonly body: readonly Passage[];
}

/**
 * The Message-Id (RFC 5322, 3.6.4) that a mail has each time it is sent, so that a receiver who got it twice can tell. `host` is the shop's. Whatever in
 * the key an id cannot hold is written as its number between two `=`.
 */
export function messageIdOf(key: string, host: string): string {
  return `<${key.replace(/[^A-Za-z0-9_-]/gu, (character) => `=${character.codePointAt(0)?.toString(16)}=`)}@${host}>`;
}

/** What names an address without saying it. */
export function addressKeyOf(address: string): string {
  return createHash('sha256').update(emailKeyOf(address)).digest('hex').slice(0, 16);
}

/** An address as far as it may be kept: enough to see which one was meant and who runs its mail server, too little to write to it. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${[...address][0] ?? ''}***${at < 0 ? '' : address.slice(at)}`;
}
