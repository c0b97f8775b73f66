import type { MailTemplate } from './mail';

/**
 * What became of a mail: it is on its way to the mail server (`sending`), the server has taken it (`accepted`), the server could not be reached or asked to
 * try later (`deferred`), or it says that there is no such recipient (`refused`). The last is for good, as is `accepted`.
 */
export const mailStates = ['sending', 'accepted', 'deferred', 'refused'] as const;
export type MailState = (typeof mailStates)[number];

/** A line of the log of mails. `id` is the mail's key; `to` is masked. */
export interface SentMail {
  readonly id: string;
  readonly template: MailTemplate;
  readonly orderNumber?: string;
  readonly to: string;
  /** What names the address without saying it; absent in rows from before it was kept. */
  readonly addressKey?: string;
  readonly messageId: string;
  readonly state: MailState;
  readonly attempts: number;
  /** What the last attempt failed with, without the address. */
  readonly error?: string;
  readonly firstAttemptAt: Date;
  readonly lastAttemptAt: Date;
}
