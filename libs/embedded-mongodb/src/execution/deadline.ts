import { fail, type MongoError } from '../errors';

/** `maxTimeMS`. */
export class Deadline {
  private end: number;
  private left = Infinity;

  /** 0 means no limit. */
  constructor(milliseconds: number) {
    this.end = milliseconds > 0 ? Date.now() + milliseconds : Infinity;
  }

  /** Errors: 50 once the time is up. */
  check(): void {
    if (this.end !== Infinity && Date.now() > this.end) throw expired();
  }

  /** Waits for something else. Errors: 50 if the time is up before. */
  async wait(something: Promise<void>): Promise<void> {
    if (this.end === Infinity) return something;
    let timer: NodeJS.Timeout | undefined;
    const end = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(expired()), Math.max(0, this.end - Date.now()));
    });
    await Promise.race([something, end]).finally(() => clearTimeout(timer));
  }

  /** Stops the clock for as long as a cursor lies idle. */
  pause(): void {
    this.left = this.end - Date.now();
  }

  resume(): void {
    this.end = Date.now() + this.left;
  }
}

function expired(): MongoError {
  return fail('MaxTimeMSExpired', 'operation exceeded time limit');
}
