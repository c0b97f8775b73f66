import type { Vendor } from './product';

/** Who sells what was imported or loaded without naming a vendor: the shop itself. No user can sign in as it. */
export const house: Vendor = { id: '000000000000000000000001', name: 'Cartwright' };
