/**
 * The guards of money and stock: what refuses a thing to happen twice, at once, or on what is not so any more. Each says what stands in its place when it is taken out
 * (`from` must be in the file exactly once), and the test that holds it: `[file, a part of its name]`.
 */
import { guardsOfBuyers } from './buyers.mjs';
import { guardsOfMoney } from './money.mjs';
import { guardsOfStock } from './stock.mjs';
import { guardsOfTheHouse } from './house.mjs';

export const guards = [...guardsOfTheHouse, ...guardsOfMoney, ...guardsOfStock, ...guardsOfBuyers];
