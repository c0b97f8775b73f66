/** Something that happens by itself later: a refund that settles, an authorisation that runs out. */
export interface Job {
  readonly id: string;
  readonly kind:
    | 'settle_refund'
    | 'expire_authorization'
    | 'open_dispute'
    | 'decide_dispute'
    | 'dispute_due'
    | 'razorpay_settle_refund'
    | 'razorpay_release'
    | 'razorpay_authorize';
  readonly subject: string;
  /** Sandbox time in milliseconds. */
  readonly dueMs: number;
}

export const jobPartition = 'job';

export function jobOrder(job: Job): string {
  return `${orderAt(job.dueMs)}-${job.id}`;
}

export function orderAt(ms: number): string {
  return String(ms).padStart(15, '0');
}
