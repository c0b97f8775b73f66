import { Injectable, Logger } from '@nestjs/common';
import { Repeats, Unanswered, sweep } from '@cartwright/platform';
import { postponeRefund, type Refund } from '../model/refund';
import { RefundStore } from '../store/refund.store';
import { GatewayCalls } from './gateway-calls';
import { SendRefund, type Outcome } from './send-refund';

const leaseMs = 30_000;

/** Asks the gateway about refunds that it called pending, in case its webhook about them never comes. */
@Injectable()
export class ResumeRefunds {
  private readonly logger = new Logger(ResumeRefunds.name);

  constructor(
    private readonly refunds: RefundStore,
    private readonly calls: GatewayCalls,
    private readonly sendRefund: SendRefund,
  ) {}

  @Repeats('payments.resume_refunds', 2_000)
  async run(): Promise<void> {
    await sweep(
      () => this.refunds.takeDue(new Date(), leaseMs),
      async (refund) => {
        // One of which nothing is learnt holds up no other: it is due again when its lease ends.
        await this.ask(refund).catch((error: unknown) =>
          this.logger.error(`Nothing was learnt of the refund ${refund.id}; it is asked about again.`, error),
        );
      },
    );
  }

  /** Asks about one refund; true when it has come to an end, or to another one, since. Throws {@link Unanswered}. */
  async ask(refund: Refund): Promise<boolean> {
    const outcome = await this.outcomeOf(refund);
    if (!outcome) return false;
    if (outcome.kind === 'unknown') throw new Unanswered(`Nobody says what became of the refund ${refund.id}: ${outcome.reason}`);
    if (outcome.kind === 'taken') return true;
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
