import { complaintsAbout, printed, promised, snippetsIn } from './support/snippets';
import { Shop } from './support/shop';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.start({ DEMO_DATA: 'true' });
}, 120_000);
afterAll(() => shop.stop());

const programs = snippetsIn('libs/sdk/README.md', 'ts');

test("the SDK's README has an example of each thing that it does", () => {
  expect(programs.map(({ title }) => title)).toEqual([
    'Buy something',
    'Errors',
    'Repeating',
    'Lists',
    'Sessions',
    'Versions of what is edited',
  ]);
});

test('the programs are what the compiler takes', () => {
  expect(complaintsAbout([{ title: 'a wrong one', code: "import { nothing } from '@cartwright/sdk';" }])).toEqual([
    expect.stringContaining('no exported member'),
  ]);
  expect(complaintsAbout(programs)).toEqual([]);
}, 120_000);

test.each(programs)('$title: what the program prints is what it says', async (program) => {
  expect(promised(program)).not.toEqual([]);
  expect(await printed(shop, program)).toEqual(promised(program));
});
