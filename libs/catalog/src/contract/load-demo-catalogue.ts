import { Command } from '@nestjs/cqrs';

/** Fills an empty catalogue with the demonstration products; does nothing when there is any product. Answers how many were made. */
export class LoadDemoCatalogue extends Command<number> {
  constructor(readonly input: Readonly<Record<string, never>> = {}) {
    super();
  }
}
