import { Flag, Text, Whole } from '@cartwright/platform';
import type { StockLocation } from '../usecases/edit-locations';

const name = { max: 100, example: 'Warehouse east' };
const priority = { max: 1_000_000, description: 'Orders are served from the lowest first; among equals the code decides.', example: 10 };
const active = { description: 'false: what it holds is not for sale; what is promised of it stays promised.', example: true };

/** Somewhere that stock is kept. */
export class LocationDto {
  @Text({ description: 'What it is called in levels and movements.', example: 'east' })
  code!: string;
  @Text(name)
  name!: string;
  @Whole(priority)
  priority!: number;
  @Flag(active)
  active!: boolean;

  static of({ code, name, priority, active }: StockLocation): LocationDto {
    return { code, name, priority, active };
  }
}

export class NewLocationDto {
  @Text({
    max: 40,
    pattern: /^(?!backorder$)[a-z][a-z0-9-]*$/,
    description: 'Small letters, digits and hyphens; never changed. Not `backorder`, which movements use.',
    example: 'east',
  })
  code!: string;
  @Text(name)
  name!: string;
  @Whole({ ...priority, optional: true, default: 100 })
  priority?: number;
  @Flag({ ...active, optional: true, default: true })
  active?: boolean;
}

export class LocationChangesDto {
  @Text({ ...name, optional: true })
  name?: string;
  @Whole({ ...priority, optional: true })
  priority?: number;
  @Flag({ ...active, optional: true })
  active?: boolean;
}
