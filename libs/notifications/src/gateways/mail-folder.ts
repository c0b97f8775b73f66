import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { Config } from '@cartwright/platform';
import type { Mail } from '../model/mail';

/** Writes mails to the log and, as `.eml` files (RFC 5322), to `DATA_DIR/outbox`. A mail is named by its key, so writing it again changes nothing. */
@Injectable()
export class MailFolder {
  private readonly logger = new Logger(MailFolder.name);
  private readonly folder: string;

  constructor(config: Config) {
    this.folder = join(config.DATA_DIR, 'outbox');
  }

  async send(mail: Mail): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const file = join(this.folder, `${mail.key.replace(/[^\w-]/g, '_')}.eml`);
    // Written aside and renamed, so that nobody ever sees half a mail.
    await writeFile(`${file}.part`, toMessage(mail));
    await rename(`${file}.part`, file);
    this.logger.log(`Mail ${mail.key}: ${mail.subject}`);
  }
}

function toMessage({ key, to, subject, text }: Mail): string {
  const head = [
    'From: Cartwright <shop@localhost>',
    `To: ${to.replace(/[\r\n]/g, '')}`,
    `Subject: ${encodeHeader(subject)}`,
    `Message-Id: <${key}@cartwright>`,
  ];
  return [...head, 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', text, ''].join('\r\n');
}

/** RFC 2047 for whatever is not plain ASCII. */
function encodeHeader(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : `=?utf-8?B?${Buffer.from(value).toString('base64')}?=`;
}
