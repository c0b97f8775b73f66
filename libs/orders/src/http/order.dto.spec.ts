import { RequestValidation } from '../../../platform/src/http/validation.pipe';
import { CancelOrderDto, ShipOrderDto } from './order.dto';

/** Sixteen digits as Evri gives them to a parcel, which pass for a card number. */
const parcel = '4123456789012349';

function read(metatype: new () => object, body: object): unknown {
  return new RequestValidation().transform(body, { type: 'body', metatype });
}

test('a parcel may have a number that passes for a card number; what buyers write may not hold one', () => {
  expect(read(ShipOrderDto, { carrier: 'Evri', trackingNumber: parcel })).toMatchObject({ trackingNumber: parcel });
  expect(() => read(CancelOrderDto, { reason: `My card is ${parcel}` })).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});
