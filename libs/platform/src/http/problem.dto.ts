import { ListOf, Text, Whole } from './fields';

class FieldErrorDto {
  @Text({ description: 'Where the bad field stands.', example: 'items.0.quantity' })
  path!: string;
  @Text({ description: 'The kind of mistake.', example: 'min' })
  code!: string;
  @Text({ example: 'quantity must not be less than 1.' })
  message!: string;
}

/** An error, as RFC 9457 writes it. */
export class ProblemDto {
  @Text({ example: 'urn:cartwright:problem:invalid_input' })
  type!: string;
  @Text({ example: 'Invalid input' })
  title!: string;
  @Whole({ example: 400 })
  status!: number;
  @Text({ description: 'What went wrong this time, for people.' })
  detail!: string;
  @Text({ optional: true, example: '/api/cart/items' })
  instance?: string;
  @Text({ description: 'What went wrong, for programs; stable for ever. See docs/errors.md.', example: 'invalid_input' })
  code!: string;
  @Text({ optional: true, description: 'Finds the request in the log.' })
  requestId?: string;
  @ListOf(() => FieldErrorDto, { optional: true, description: 'Every bad field, for invalid_input.' })
  errors?: FieldErrorDto[];
}
