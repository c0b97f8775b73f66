import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PersonalFiles, SharedState, type Quota } from '@cartwright/platform';
import { OwnAccounts } from './own-account';

/** Whoever wants it again so soon has it already; and it is the dearest question that the shop can be asked. */
const quota: Quota = { name: 'personal-files', most: 5, windowMs: 60 * 60 * 1000, slack: 0 };

/** Everything that the shop keeps about the owner of an account, as JSON text, piece by piece. Refuses the sixth within an hour as `too_many_requests`. */
export class ExportPersonalData extends Query<AsyncGenerator<string>> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

@QueryHandler(ExportPersonalData)
export class ExportPersonalDataHandler implements IQueryHandler<ExportPersonalData> {
  constructor(
    private readonly accounts: OwnAccounts,
    private readonly files: PersonalFiles,
    private readonly shared: SharedState,
  ) {}

  async execute({ input: { userId } }: ExportPersonalData): Promise<AsyncGenerator<string>> {
    const { email, emailVerifiedAt } = await this.accounts.get(userId);
    await this.shared.claim(quota, userId);
    return this.files.write({ userId, verifiedEmail: emailVerifiedAt && email });
  }
}
