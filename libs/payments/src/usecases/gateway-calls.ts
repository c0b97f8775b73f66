import { Injectable } from '@nestjs/common';
import { UnknownProvider } from '../contract/refusals';
import { PaymentGateways, type KnownPayment, type PaymentGateway } from '../gateways/payment-gateway';
import type { CaptureOutcome, CollectOutcome, FindOutcome, LookUpOutcome, RefundOutcome } from '../model/gateway-outcome';
import { ledgerEntry, type GatewayCall } from '../model/ledger-entry';
import type { Payment } from '../model/payment';
import type { Refund } from '../model/refund';
import { LedgerStore } from '../store/ledger.store';

/** Every call to a gateway goes through here, and every answer is written down before anything is made of it. */
@Injectable()
export class GatewayCalls {
  constructor(
    private readonly gateways: PaymentGateways,
    private readonly ledger: LedgerStore,
  ) {}

  /** Refuses with `unknown_provider`. */
  of({ provider }: { readonly provider: string }): PaymentGateway {
    const gateway = this.gateways.find(provider);
    if (!gateway) throw new UnknownProvider({ provider });
    return gateway;
  }

  collect(payment: Payment): Promise<CollectOutcome> {
    return this.noted(payment, 'collect', (gateway) => gateway.collect(payment));
  }

  find(payment: Payment): Promise<FindOutcome> {
    return this.noted(payment, 'find', (gateway) => gateway.find(payment));
  }

  lookUp(payment: KnownPayment): Promise<LookUpOutcome> {
    return this.noted(payment, 'look_up', (gateway) => gateway.lookUp(payment));
  }

  capture(payment: KnownPayment): Promise<CaptureOutcome> {
    return this.noted(payment, 'capture', (gateway) => gateway.capture(payment));
  }

  cancel(payment: KnownPayment): Promise<LookUpOutcome> {
    return this.noted(payment, 'cancel', (gateway) => gateway.cancel(payment));
  }

  refund(refund: Refund): Promise<RefundOutcome> {
    return this.noted({ ...refund, refundId: refund.id }, 'refund', (gateway) => gateway.refund(refund));
  }

  lookUpRefund(refund: Refund & { readonly reference: string }): Promise<RefundOutcome> {
    return this.noted({ ...refund, refundId: refund.id }, 'look_up_refund', (gateway) => gateway.lookUpRefund(refund));
  }

  private async noted<O extends Parameters<typeof ledgerEntry>[2]>(
    subject: { readonly orderId: string; readonly provider: string; readonly refundId?: string },
    call: GatewayCall,
    ask: (gateway: PaymentGateway) => Promise<O>,
  ): Promise<O> {
    const outcome = await ask(this.of(subject));
    await this.ledger.add(ledgerEntry(subject, call, outcome, new Date()));
    return outcome;
  }
}
