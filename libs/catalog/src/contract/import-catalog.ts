import type { Readable } from 'node:stream';
import { Command } from '@nestjs/cqrs';

/** A line that was not taken, and why. */
export interface RefusedLine {
  /** From 1. */
  readonly line: number;
  readonly externalId?: string;
  /** Stable, in `snake_case`; the README of the catalog lists them. */
  readonly code: string;
  readonly message: string;
}

/** What came of the products of a file so far. */
export interface ImportCounts {
  /** Products read and accounted for: always `created + updated + refused`. */
  readonly processed: number;
  readonly created: number;
  readonly updated: number;
  readonly refused: number;
}

export interface ImportProgress extends ImportCounts {
  /** Bytes of the source read so far, packed as they are. */
  readonly bytes: number;
}

export interface ImportReport extends ImportCounts {
  readonly errors: readonly RefusedLine[];
}

/** How an import treats what it finds, whoever began it. */
export interface ImportWishes {
  /** The user whose products these are; absent: the house's own. */
  readonly vendorId?: string;
  /** Pieces on hand of a SKU seen for the first time whose line says nothing; 0 unless given. */
  readonly defaultStock?: number;
  /** Whether a line's stock also replaces that of SKUs known already. */
  readonly setStock?: boolean;
}

export const importFormats = ['ndjson', 'csv'] as const;
/** How the products are written in a file: one a line as JSON, or a row for each of their variants. */
export type ImportFormat = (typeof importFormats)[number];

export interface ImportSettings extends ImportWishes {
  /** A file, or a stream of its bytes; gzip'd or not. */
  readonly source: { readonly path: string } | { readonly stream: Readable };
  /** NDJSON, unless it is said. */
  readonly format?: ImportFormat;
  readonly onProgress?: (progress: ImportProgress) => void;
}

/**
 * Takes a catalogue: each line (of CSV, the rows of a product) creates the product with its `externalId`, or updates it. A line that cannot be taken is refused
 * with its reason and harms no other.
 */
export class ImportCatalog extends Command<ImportReport> {
  constructor(readonly input: ImportSettings) {
    super();
  }
}
