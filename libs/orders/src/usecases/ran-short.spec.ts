import { RanShort } from './ran-short';

test('a SKU that ran short is remembered for a minute after the last time, others are not', () => {
  const ranShort = new RanShort();
  ranShort.note(['SAW', 'AXE'], 1_000);
  ranShort.note(['AXE'], 30_000);
  expect(ranShort.any(['ADZE'], 30_000)).toBe(false);
  expect(ranShort.any(['ADZE', 'SAW'], 60_999)).toBe(true);
  expect(ranShort.any(['SAW'], 61_000)).toBe(false);
  expect(ranShort.any(['AXE'], 61_000)).toBe(true);
});

test('only the last ten thousand are remembered', () => {
  const ranShort = new RanShort();
  const skus = Array.from({ length: 10_001 }, (_, index) => `S${index}`);
  ranShort.note(skus, 0);
  expect([ranShort.any(['S0'], 1), ranShort.any(['S1'], 1)]).toEqual([false, true]);
});
