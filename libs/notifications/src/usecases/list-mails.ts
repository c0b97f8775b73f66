import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Listed, Slice } from '@cartwright/platform';
import type { SentMail } from '../model/sent-mail';
import { SentMailStore, type SentMailFilter } from '../store/sent-mail.store';

/** The log of mails, the latest first. */
export class ListMails extends Query<Listed<SentMail>> {
  constructor(readonly input: SentMailFilter & { readonly slice: Slice }) {
    super();
  }
}

@QueryHandler(ListMails)
export class ListMailsHandler implements IQueryHandler<ListMails> {
  constructor(private readonly log: SentMailStore) {}

  async execute({ input: { slice, ...filter } }: ListMails): Promise<Listed<SentMail>> {
    return this.log.list(filter, slice);
  }
}
