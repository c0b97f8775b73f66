import { CommandBus } from '@nestjs/cqrs';
import { RebuildStock } from '@cartwright/inventory';
import { Refused } from './refused';
import { inShop } from './shop';

/** `rebuild-stock [skus...]`: makes levels anew that are not what their ledger adds up to, and says which they were. */
export async function rebuildStock(skus: readonly string[]): Promise<void> {
  const command = new RebuildStock(skus.length > 0 ? { skus } : {});
  const found = await inShop((shop) => shop.get(CommandBus).execute(command), { command: 'rebuild-stock' });
  for (const { sku, problems, rebuilt } of found) {
    process.stdout.write(`${rebuilt ? 'rebuilt' : 'NOT rebuilt'} ${sku}\n${problems.map((problem) => `    ${problem}\n`).join('')}`);
  }
  const left = found.filter(({ rebuilt }) => !rebuilt);
  if (left.length > 0)
    throw new Refused(`The ledgers of ${left.length} SKUs are wrong themselves: entries are missing, or take what was never there.`);
  process.stdout.write(`${found.length} levels were rebuilt.\n`);
}
