import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetPayments } from '../contract/payment-commands';
import type { PaymentView } from '../contract/payment-view';
import { viewOf } from '../model/payment';
import { PaymentStore } from '../store/payment.store';

@QueryHandler(GetPayments)
export class GetPaymentsHandler implements IQueryHandler<GetPayments> {
  constructor(private readonly payments: PaymentStore) {}

  async execute({ input }: GetPayments): Promise<Readonly<Record<string, PaymentView>>> {
    const payments = await this.payments.ofOrders(input.orderIds);
    return Object.fromEntries(payments.map((payment) => [payment.orderId, viewOf(payment)]));
  }
}
