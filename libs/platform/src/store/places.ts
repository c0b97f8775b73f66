import { AsyncLocalStorage } from 'node:async_hooks';

interface Place {
  readonly of: Places;
  readonly whenAside?: () => void;
  isLeft: boolean;
  isOver: boolean;
}

const held = new AsyncLocalStorage<Place>();

/** Of so many places that become free one goes to the patient, even when others want it. */
const patientEvery = 4;

/**
 * A bounded number of places to work at. Who comes when all are taken waits for one, first come, first served, but for two: those who only stepped {@link aside} come
 * back before all, and the patient give way to the others, without being forgotten.
 */
export class Places {
  private readonly waiting = { back: [] as (() => void)[], eager: [] as (() => void)[], patient: [] as (() => void)[] };
  private given = 0;

  constructor(private free: number) {}

  /** `whenAside` is called each time that the work steps aside. */
  async take<T>(work: () => Promise<T>, { patient = false, whenAside }: { patient?: boolean; whenAside?: () => void } = {}): Promise<T> {
    await this.enter(patient ? 'patient' : 'eager');
    const place: Place = { of: this, whenAside, isLeft: false, isOver: false };
    try {
      return await held.run(place, work);
    } finally {
      if (!place.isLeft) this.leave();
      place.isLeft = place.isOver = true; // also for what the work leaves to run later
    }
  }

  async enter(as: keyof Places['waiting']): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting[as].push(resolve));
  }

  leave(): void {
    const next = this.next();
    if (next) next();
    else this.free += 1;
  }

  private next(): (() => void) | undefined {
    const { back, eager, patient } = this.waiting;
    this.given += 1;
    const order = this.given % patientEvery === 0 ? [back, patient, eager] : [back, eager, patient];
    return order.find((queue) => queue.length > 0)?.shift();
  }
}

/** Waits for others, and for what they answer, without keeping the place that the caller works at, if it does, from those who could work meanwhile. */
export async function aside<T>(wait: () => Promise<T>): Promise<T> {
  const place = held.getStore();
  if (!place || place.isLeft) return wait();
  place.isLeft = true;
  place.of.leave();
  place.whenAside?.();
  try {
    return await wait();
  } finally {
    await place.of.enter('back');
    // Work may end while one of its waits goes on, when another one fails: then nobody else leaves this place.
    if (place.isOver) place.of.leave();
    else place.isLeft = false;
  }
}
