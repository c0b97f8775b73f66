import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TemplateNotFound } from '../contract/refusals';
import { exampleMails } from '../model/example-mails';
import { asHtml, asText } from '../model/layout';
import type { Mail } from '../model/mail';

/** A mail as its reader would see it. */
export interface Preview {
  readonly template: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a mail looks like, with example data. Refuses with `template_not_found`. */
export class PreviewMail extends Query<Preview> {
  constructor(readonly input: { readonly template: string }) {
    super();
  }
}

@QueryHandler(PreviewMail)
export class PreviewMailHandler implements IQueryHandler<PreviewMail> {
  execute({ input: { template } }: PreviewMail): Promise<Preview> {
    const mail = new Map<string, Mail>(Object.entries(exampleMails)).get(template);
    if (!mail) return Promise.reject(new TemplateNotFound({ template }));
    return Promise.resolve({ template, subject: mail.subject, text: asText(mail), html: asHtml(mail) });
  }
}
