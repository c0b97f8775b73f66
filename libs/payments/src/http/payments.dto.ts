import {
  Amount,
  AmountFilter,
  CurrencyCode,
  Flag,
  Id,
  Instant,
  InstantFilter,
  ListOf,
  Nested,
  OneOf,
  OneOfFilter,
  pageOf,
  PageQuery,
  Text,
  Whole,
  type Condition,
  type Conditions,
  type Page,
} from '@cartwright/platform';
import { paymentStatuses, type PaymentStatus } from '../contract/payment-view';
import { gatewayCalls, type LedgerEntry } from '../model/ledger-entry';
import type { Payment } from '../model/payment';
import { refundStatuses, type Refund, type RefundStatus } from '../model/refund';

/** An attempt to collect an order's total, as the back office sees it. */
export class PaymentDto {
  @Id()
  id!: string;
  @Text({ example: 'CW-7K3MQ-9XD2F' })
  orderNumber!: string;
  @Whole({ min: 1, example: 1, description: 'Which attempt at the order it is.' })
  attempt!: number;
  @Text({ example: 'stripe' })
  provider!: string;
  @OneOf(paymentStatuses)
  status!: string;
  @Amount()
  amount!: number;
  @Amount({ example: 1999 })
  capturedAmount!: number;
  @Amount({ example: 0, description: 'Held money that was given up instead of taken, in minor units.' })
  releasedAmount!: number;
  @Amount({ example: 0, description: 'Set aside for refunds, sent or not, in minor units.' })
  refundedAmount!: number;
  @CurrencyCode()
  currency!: string;
  @OneOf(['automatic', 'manual'])
  captureMode!: string;
  @Text({ optional: true, description: "The provider's id of the payment.", example: 'pi_3Nn...' })
  transactionId?: string;
  @Text({ optional: true, example: 'insufficient_funds' })
  failureCode?: string;
  @Instant({ optional: true, description: 'When the provider is asked again; absent when there is nothing left to learn.' })
  nextCheckAt?: Date;
  @Instant()
  createdAt!: Date;
  @Instant()
  updatedAt!: Date;

  static of(payment: Payment): PaymentDto {
    const { id, orderNumber, attempt, provider, status, amount, capturedAmount, releasedAmount, refundedAmount, currency } = payment;
    const { captureMode, reference: transactionId, failureCode, nextCheckAt, createdAt, updatedAt } = payment;
    return {
      ...{ id, orderNumber, attempt, provider, status, amount, capturedAmount, releasedAmount, refundedAmount, currency },
      ...{ captureMode, transactionId, failureCode, nextCheckAt, createdAt, updatedAt },
    };
  }
}

/** Money on its way back. */
export class RefundDto {
  @Id()
  id!: string;
  @OneOf(refundStatuses)
  status!: string;
  @Amount()
  amount!: number;
  @CurrencyCode()
  currency!: string;
  @Text({ example: 'Ordered by mistake' })
  reason!: string;
  @Flag({ description: 'The money was only held: it is given up, and nothing is sent.' })
  released!: boolean;
  @Whole({ min: 1, example: 1 })
  attempt!: number;
  @Text({ example: 'stripe' })
  provider!: string;
  @Text({ optional: true, description: "The provider's id of the refund.", example: 're_3Nn...' })
  transactionId?: string;
  @Text({ optional: true, example: 'expired_or_canceled_card' })
  failureCode?: string;
  @Instant()
  createdAt!: Date;
  @Instant()
  updatedAt!: Date;

  static of(refund: Refund): RefundDto {
    const { id, status, amount, currency, reason, released, attempt, provider, reference, failureCode, createdAt, updatedAt } = refund;
    const rest = { provider, transactionId: reference, failureCode, createdAt, updatedAt };
    return { id, status, amount, currency, reason, released, attempt, ...rest };
  }
}

export class LedgerEntryDto {
  @OneOf(gatewayCalls)
  call!: string;
  @Text({ description: 'ok, action_required, declined, rejected, pending, none or unknown.', example: 'ok' })
  outcome!: string;
  @Id({ optional: true, description: 'The refund that it is about.' })
  refundId?: string;
  @Text({ optional: true, example: 'pi_3Nn...' })
  transactionId?: string;
  @Text({ optional: true, example: 'succeeded' })
  state?: string;
  @Amount({ optional: true })
  amount?: number;
  @CurrencyCode({ optional: true })
  currency?: string;
  @Text({ optional: true })
  failureCode?: string;
  @Text({ optional: true, description: 'Why there was no answer.' })
  reason?: string;
  @Instant()
  at!: Date;

  static of({ call, outcome, refundId, reference, state, amount, currency, failureCode, reason, at }: LedgerEntry): LedgerEntryDto {
    return { call, outcome, refundId, transactionId: reference, state, amount, currency, failureCode, reason, at };
  }
}

const LedgerPage = pageOf(LedgerEntryDto);

/** The money of one order. */
export class PaymentFileDto {
  @Nested(() => PaymentDto)
  payment!: PaymentDto;
  @ListOf(() => RefundDto)
  refunds!: RefundDto[];
  @Nested(() => LedgerPage, { description: 'What the provider said, oldest first.' })
  ledger!: Page<LedgerEntryDto>;
}

export class ReconcileDto {
  @Text({ max: 40, optional: true, example: 'CW-7K3MQ-9XD2F', description: 'One order; all that is unfinished, when not given.' })
  orderNumber?: string;
}

export class UnlearntDto {
  @OneOf(['payment', 'refund'])
  what!: string;
  @Id()
  id!: string;
  @Text({
    example: 'provider_unavailable',
    description:
      'Why: `provider_unavailable` when the provider gave no answer; `amount_mismatch` when it reports another amount or currency than ours, which is never taken for paid; `unknown_provider` when the shop has that provider no more; `internal_error` for what stands in the log.',
  })
  code!: string;
}

export class ReconciliationDto {
  @Whole({ example: 3, description: 'How many payments and refunds the providers were asked about.' })
  asked!: number;
  @Whole({ example: 1, description: 'How many of them have another state now.' })
  changed!: number;
  @ListOf(() => UnlearntDto, { description: 'Those of which nothing could be learnt.' })
  failed!: readonly UnlearntDto[];
  @Flag({ description: 'Some were left for the next time.' })
  more!: boolean;
}

class MoneyQuery extends PageQuery {
  @InstantFilter('When it was begun.')
  createdAt?: Condition<Date>;
  @AmountFilter('In minor units.')
  amount?: Condition<number>;
}

export class PaymentQuery extends MoneyQuery {
  @OneOfFilter(paymentStatuses, 'Only payments in this state.')
  status?: Condition<PaymentStatus>;

  /** What must hold of each payment. */
  wish(): Conditions {
    const { status, createdAt, amount } = this;
    return { status, createdAt, amount };
  }
}

export class RefundQuery extends MoneyQuery {
  @OneOfFilter(refundStatuses, 'Only refunds in this state.')
  status?: Condition<RefundStatus>;

  /** What must hold of each refund. */
  wish(): Conditions {
    const { status, createdAt, amount } = this;
    return { status, createdAt, amount };
  }
}
