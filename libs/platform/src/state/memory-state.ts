import { SharedState, type Quota, type Taken } from './shared-state';
import { Topics } from './topics';
import { Windows } from './windows';

/** For a shop of one process, or of several that each count for themselves. */
export class MemoryState extends SharedState {
  private readonly windows = new Windows();
  private readonly topics = new Topics();

  take(quota: Quota, key: string): Taken {
    const window = this.windows.of(quota, key);
    const granted = window.used < quota.most;
    if (granted) window.used += 1;
    return { granted, used: window.used, endsAt: window.endsAt };
  }

  async giveBack(quota: Quota, key: string): Promise<void> {
    const window = this.windows.of(quota, key);
    window.used = Math.max(0, window.used - 1);
    return Promise.resolve();
  }

  async forget(quota: Quota, key: string): Promise<void> {
    this.windows.forget(quota, key);
    return Promise.resolve();
  }

  announce(topic: string): void {
    this.topics.tell(topic);
  }

  listen(topic: string, then: () => void): void {
    this.topics.listen(topic, then);
  }
}
