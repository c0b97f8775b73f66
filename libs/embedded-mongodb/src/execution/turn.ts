/** The time that a command has before it lets others have theirs. */
export class Turn {
  private begun = performance.now();

  /** `longest` in milliseconds. */
  constructor(private readonly longest: number) {}

  get isOver(): boolean {
    return performance.now() - this.begun >= this.longest;
  }

  /** Lets the event loop go round once: whatever has arrived meanwhile is answered. */
  async giveWay(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.begun = performance.now();
  }
}
