import { AddressDto, Flag, Id } from '@cartwright/platform';
import type { AddressView } from '../usecases/save-address';

export class AddressInputDto extends AddressDto {
  @Flag({ optional: true, description: 'Your first address is the default in any case; making another one the default ends that.' })
  isDefault?: boolean;
}

export class SavedAddressDto extends AddressDto {
  @Id()
  id!: string;
  @Flag()
  isDefault!: boolean;

  static fromSaved(saved: AddressView['address']): SavedAddressDto {
    return { id: saved.id, ...AddressDto.of(saved), isDefault: saved.isDefault };
  }
}
