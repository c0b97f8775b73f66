import { Injectable } from '@nestjs/common';
import { Repeats } from '@cartwright/platform';
import { postponeRefund, type Refund } from '../model/refund';
import { RefundStore } from '../store/refund.store';
import { GatewayCalls } from './gateway-calls';
import { SendRefund, type Outcome } from './send-refund';

const leaseMs = 30_000;
const mostPerRound = 200;

/** Asks the gateway about refunds that it called pending, in case its webhook about them never comes. */
@Injectable()
export class ResumeRefunds {
  constructor(
    private readonly refunds: RefundStore,
    private readonly calls: GatewayCalls,
    private readonly sendRefund: SendRefund,
  ) {}

  @Repeats('payments.resume_refunds', 2_000)
  async run(): Promise<void> {
    for (let done = 0; done < mostPerRound; done += 1) {
      const refund = await this.refunds.takeDue(new Date(), leaseMs);
      if (!refund) return;
      await this.ask(refund);
    }
  }

  /** Asks about one refund; true when it has come to an end, or to another one, since. */
  async ask(refund: Refund): Promise<boolean> {
    const outcome = await this.outcomeOf(refund);
    if (!outcome || outcome.kind === 'unknown') return false; // asked again when the lease ends
    if (outcome.kind === 'pending' || outcome.kind === 'held') {
      await this.refunds.save(postponeRefund(refund, new Date()));
      return false;
    }
    await this.sendRefund.record(refund, outcome);
    return (outcome.kind !== 'declined') !== (refund.status === 'succeeded');
  }

  /** Nothing for a refund of which there is nothing left to learn, or that was not sent yet. */
  private async outcomeOf(refund: Refund): Promise<Outcome | undefined> {
    const { reference, released, status } = refund;
    if (status === 'pending' && released) return this.sendRefund.release(refund);
    return reference && status !== 'failed' ? this.calls.lookUpRefund({ ...refund, reference }) : undefined;
  }
}
