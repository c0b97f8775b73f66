import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { composed, Mailer, type Message } from './mailer';

/** Writes mails to the log and, as `.eml` files (RFC 5322), to `outbox` in the data folder. A mail is named by its key, so writing it again replaces it. */
export class MailFolder extends Mailer {
  private readonly logger = new Logger(MailFolder.name);
  private readonly writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  private readonly folder: string;

  constructor(dataDir: string) {
    super();
    this.folder = join(dataDir, 'outbox');
  }

  async send(message: Message): Promise<void> {
    const { message: content } = await this.writer.sendMail(composed(message));
    await mkdir(this.folder, { recursive: true });
    const file = join(this.folder, `${message.key.replace(/[^\w-]/g, '_')}.eml`);
    // Written aside and renamed, so that nobody ever sees half a mail.
    await writeFile(`${file}.part`, content);
    await rename(`${file}.part`, file);
    this.logger.log(`Mail ${message.key}: ${message.subject}`);
  }
}
