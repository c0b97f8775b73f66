import { QueryBus } from '@nestjs/cqrs';
import { ReplayOrder, type Replayed } from '@cartwright/orders';
import { Refused } from './refused';
import { inShop } from './shop';

/** `replay <orderNumber>`: folds the order's events and shows where the order's own record differs from them. Reads only. */
export async function replay(orderNumber: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const replayed = await inShop((shop) => shop.get(QueryBus).execute(new ReplayOrder({ orderNumber })), { readOnly: true });
  process.stdout.write(`${json ? JSON.stringify(replayed, null, 2) : textOf(replayed)}\n`);
  if (replayed.differences.length > 0) throw new Refused(`Order ${orderNumber} is not what its events add up to.`);
}

function textOf({ events, state, differences }: Replayed): string {
  const said = events.map(({ sequence, name, at }) => `${String(sequence).padStart(4)}  ${at.toISOString()}  ${name}`);
  const adds = Object.entries(state).map(([field, value]) => `      ${field}: ${JSON.stringify(value)}`);
  return [...said, '  =', ...adds, ...differences.map((line) => `  !=  ${line}`)].join('\n');
}
