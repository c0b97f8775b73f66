/** In which commit something was last changed. Kept for as long as a snapshot may be older than that, so that whoever has one learns that he came too late. */
export class Marks<T> {
  /** In the order of their commits. */
  private readonly last = new Map<T, number>();

  get size(): number {
    return this.last.size;
  }

  set(what: T, commit: number): void {
    this.last.delete(what);
    this.last.set(what, commit);
  }

  changedAfter(what: T, commit: number): boolean {
    return (this.last.get(what) ?? 0) > commit;
  }

  /** Forgets what was changed in this commit or before. */
  forget(commit: number): void {
    for (const [what, at] of this.last) {
      if (at > commit) return;
      this.last.delete(what);
    }
  }
}
