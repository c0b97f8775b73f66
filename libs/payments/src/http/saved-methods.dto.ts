import { AnyObject, Flag, Id, Instant, Nested, OneOf, Text, Whole } from '@cartwright/platform';
import { setupStatuses } from '../model/vault-outcome';
import type { SavedMethod, Wallet } from '../model/wallet';
import type { BegunSetup } from '../usecases/save-method';

/** A card that is kept at the provider; no number of it is known here but its last four digits. */
export class SavedMethodDto {
  @Id()
  id!: string;
  @Text({ example: 'stripe' })
  provider!: string;
  @Text({ example: 'visa' })
  brand!: string;
  @Text({ example: '4242' })
  last4!: string;
  @Whole({ min: 1, max: 12, example: 12 })
  expMonth!: number;
  @Whole({ example: 2034 })
  expYear!: number;
  @Flag()
  isDefault!: boolean;
  @Instant()
  createdAt!: Date;

  static of({ id, provider, brand, last4, expMonth, expYear, savedAt }: SavedMethod, { defaultMethodId }: Wallet): SavedMethodDto {
    return { id, provider, brand, last4, expMonth, expYear, isDefault: id === defaultMethodId, createdAt: savedAt };
  }
}

export class SaveMethodDto {
  @OneOf(['stripe'], { optional: true, default: 'stripe' })
  provider?: string;
  @Text({ max: 255, optional: true, description: "What the provider's client library gave.", example: 'pm_card_visa' })
  token?: string;
}

export class MethodSetupDto {
  @Text({ example: 'stripe' })
  provider!: string;
  @OneOf(setupStatuses, { description: '`method_required`: the client has yet to give a card. `action_required`: the buyer has to act.' })
  status!: string;
  @Text({ optional: true, description: "For the provider's client library, to give a card or to let the buyer act." })
  clientSecret?: string;
  @AnyObject({ optional: true, description: 'What the buyer has to do, as the provider words it.', example: { type: 'use_stripe_sdk' } })
  nextAction?: Readonly<Record<string, unknown>>;
  @Nested(() => SavedMethodDto, { optional: true, description: 'The method, when it is saved.' })
  method?: SavedMethodDto;

  static of({ provider, setup: { status, clientSecret, nextAction }, saved }: BegunSetup): MethodSetupDto {
    const open = status === 'succeeded' ? {} : { clientSecret, nextAction };
    return { provider, status, ...open, method: saved && SavedMethodDto.of(saved.method, saved.wallet) };
  }
}
