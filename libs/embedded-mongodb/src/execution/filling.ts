import { largestBatch } from './cursors';

/** A batch in the making: as many documents as asked for, or as fit into a reply. */
export class Filling {
  readonly documents: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly size: number) {}

  get isFull(): boolean {
    return this.documents.length >= this.size;
  }

  /** Whether there was room. */
  add(document: Buffer): boolean {
    const { documents } = this;
    if (this.isFull) return false;
    if (documents.length > 0 && this.bytes + document.length > largestBatch) return false;
    documents.push(document);
    this.bytes += document.length + 8;
    return true;
  }
}
