import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize, type Document } from 'bson';
import type { Step } from './step';
import type { Writer, WriterState } from './writer';

/** What a writer did, one entry after the other: a step that began, or the reply to the one before. */
export type Entry = { readonly step: Step } | { readonly reply: Document };

export function stepsFile(folder: string, writer: number): string {
  return join(folder, `steps-${writer}`);
}

export function readEntries(folder: string, writer: number): Entry[] {
  const file = stepsFile(folder, writer);
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
    entries.push(deserialize(bytes.subarray(at, at + bytes.readInt32LE(at))) as Entry);
  }
  return entries;
}

/** What writers knew when they `began` (before a restart's repairs) or were `ready` to write. */
export function saveStates(folder: string, moment: 'began' | 'ready', writers: readonly Writer[]): void {
  for (const [number, writer] of writers.entries()) writeFileSync(stateFile(folder, moment, number), serialize(writer.state));
}

export function restoreStates(folder: string, moment: 'began' | 'ready', writers: readonly Writer[]): void {
  for (const [number, writer] of writers.entries())
    writer.restore(deserialize(readFileSync(stateFile(folder, moment, number))) as WriterState);
}

function stateFile(folder: string, moment: string, writer: number): string {
  return join(folder, `${moment}-${writer}`);
}
