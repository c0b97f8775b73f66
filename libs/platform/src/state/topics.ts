/** Who in this process wants to hear of what. */
export class Topics {
  private readonly listeners = new Map<string, (() => void)[]>();

  listen(topic: string, then: () => void): void {
    const there = this.listeners.get(topic);
    if (there) there.push(then);
    else this.listeners.set(topic, [then]);
  }

  tell(topic: string): void {
    for (const then of this.listeners.get(topic) ?? []) then();
  }

  tellAll(): void {
    for (const topic of this.listeners.keys()) this.tell(topic);
  }
}
