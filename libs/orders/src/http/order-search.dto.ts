import { Email, Id, OneOf, Text } from '@cartwright/platform';
import { orderSorts, type OrderSearch, type OrderSort } from '../model/order-search';
import { OrderQuery } from './order.dto';

/** What an admin looks for among all orders; what is named must all be true. */
export class OrderSearchQuery extends OrderQuery {
  @Email({ optional: true, description: "The order's email, in whatever case." })
  email?: string;
  @Id({ optional: true, description: 'Id of the account that ordered.' })
  customer?: string;
  @Text({
    max: 14,
    pattern: /^[Cc][Ww]-[0-9A-Za-z]{2,5}(-[0-9A-Za-z]{0,5})?$/,
    optional: true,
    description: 'How the number begins, two characters of it at least, in whatever case. Without `sort`, they come by number.',
    example: 'CW-7K3',
  })
  orderNumber?: string;
  @OneOf(orderSorts, {
    optional: true,
    default: '-createdAt',
    description: 'With `updatedAt` and `updatedAt[gt]`, what has changed since: go on with the cursor, or with the time of the last one.',
  })
  sort?: OrderSort;

  search(): OrderSearch {
    const { email, customer, orderNumber, sort } = this;
    return { email, customer, orderNumber: orderNumber?.toUpperCase(), sort };
  }
}
