import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Conditions, Listed, Slice } from '@cartwright/platform';
import type { LedgerEntry } from '../model/ledger-entry';
import type { Payment } from '../model/payment';
import type { Refund } from '../model/refund';
import { LedgerStore } from '../store/ledger.store';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';

/** Payments of all orders, newest first. */
export class ListPayments extends Query<Listed<Payment>> {
  constructor(readonly input: { readonly wish: Conditions; readonly slice: Slice }) {
    super();
  }
}

/** Refunds of all orders, newest first. */
export class ListRefunds extends Query<Listed<Refund>> {
  constructor(readonly input: { readonly wish: Conditions; readonly slice: Slice }) {
    super();
  }
}

/** What there is to know about the money of one order: its payment, its refunds, and a page of what the gateway said. */
export class GetPaymentFile extends Query<PaymentFile> {
  constructor(readonly input: { readonly orderNumber: string; readonly slice: Slice }) {
    super();
  }
}

export interface PaymentFile {
  readonly payment: Payment;
  readonly refunds: Refund[];
  readonly ledger: Listed<LedgerEntry>;
}

@QueryHandler(ListPayments)
export class ListPaymentsHandler implements IQueryHandler<ListPayments> {
  constructor(private readonly payments: PaymentStore) {}

  async execute({ input: { wish, slice } }: ListPayments): Promise<Listed<Payment>> {
    return this.payments.list(wish, slice);
  }
}

@QueryHandler(ListRefunds)
export class ListRefundsHandler implements IQueryHandler<ListRefunds> {
  constructor(private readonly refunds: RefundStore) {}

  async execute({ input: { wish, slice } }: ListRefunds): Promise<Listed<Refund>> {
    return this.refunds.list(wish, slice);
  }
}

@QueryHandler(GetPaymentFile)
export class GetPaymentFileHandler implements IQueryHandler<GetPaymentFile> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly ledger: LedgerStore,
  ) {}

  async execute({ input: { orderNumber, slice } }: GetPaymentFile): Promise<PaymentFile> {
    const payment = await this.payments.byNumber(orderNumber);
    const refunds = await this.refunds.ofOrder(payment.orderId);
    return { payment, refunds, ledger: await this.ledger.ofOrder(payment.orderId, slice) };
  }
}
