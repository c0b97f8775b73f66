import type { Address } from '@cartwright/kernel';
import { CountryCode, Text } from './fields';

/** An address as it is sent and shown, wherever one stands: in an account, on an order. */
export class AddressDto implements Address {
  @Text({ max: 200, description: 'The recipient.', example: 'Ada Lovelace' })
  name!: string;
  @Text({ max: 40, pattern: /^[+0-9()\-./ x]{3,40}$/, example: '+44 20 7946 0958' })
  phone!: string;
  @Text({ max: 200, optional: true })
  company?: string;
  @Text({ max: 200, example: '12 St James Square' })
  line1!: string;
  @Text({ max: 200, optional: true })
  line2?: string;
  @Text({ max: 100, example: 'London' })
  city!: string;
  @Text({ max: 100, example: 'Greater London' })
  state!: string;
  @Text({ max: 20, example: 'SW1Y 4JH' })
  pincode!: string;
  @CountryCode({ example: 'GB' })
  country!: string;

  static of(address: Address): AddressDto {
    const { name, phone, company, line1, line2, city, state, pincode, country } = address;
    return { name, phone, company, line1, line2, city, state, pincode, country };
  }
}
