import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobsAtOnce } from './messaging/bull-jobs';
import { outsideAtOnce, outsideInLine } from './messaging/bulkheads';
import { eventsAtOnce, mostAside } from './messaging/relay';
import { driverDefaults } from './store/database.module';

test('docs/operations.md tells of every pool as it is', () => {
  const [, section = ''] = readFileSync(join(__dirname, '../../../docs/operations.md'), 'utf8').split('\n## Pools\n');
  const [table = ''] = section.split('\n## ');
  const documented = Object.fromEntries([...table.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name, figure]) => [name, Number(figure)]));
  expect(documented).toEqual({ ...driverDefaults, eventsAtOnce, timersAtOnce: jobsAtOnce.timer, mostAside, outsideAtOnce, outsideInLine });
});

test('Bull brings a process as many events at a time as it delivers', () => {
  expect(jobsAtOnce.event).toBe(eventsAtOnce);
});
