/** Something that happens by itself later: a refund that settles, an authorisation that runs out. */
export interface Job {
  readonly id: string;
  readonly kind: 'settle_refund' | 'expire_authorization';
  readonly subject: string;
  /** Sandbox time in milliseconds. */
  readonly dueMs: number;
}

export const jobPartition = 'job';

export function jobOrder(job: Job): string {
  return `${String(job.dueMs).padStart(15, '0')}-${job.id}`;
}
