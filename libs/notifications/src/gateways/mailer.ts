import type { SendMailOptions } from 'nodemailer';

/** A mail as it leaves the shop. */
export interface Message {
  /** The mail's key; the same for each time that it is sent. */
  readonly key: string;
  readonly messageId: string;
  /** As in the header: an address, or a name and an address in angle brackets. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The receiving side will never take mail for this address. */
export class RecipientRefused extends Error {}

/** Who takes the shop's mail. */
export abstract class Mailer {
  /**
   * Hands a mail over; when it returns, the mail is the other side's. Throws {@link RecipientRefused} when repeating it is of no use, and
   * anything else when it may go through later.
   */
  abstract send(message: Message): Promise<void>;
}

/** The message for nodemailer. Nothing in it may make it read a file or an address. */
export function composed({ key: _, to, ...message }: Message): SendMailOptions {
  return {
    ...message,
    // As text it would be read as a list of addresses, and some texts are longer lists than they look.
    to: { name: '', address: to },
    // RFC 3834: whoever is on holiday need not answer a machine.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
