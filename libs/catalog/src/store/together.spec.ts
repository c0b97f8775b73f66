import { Together } from './together';

function aDatabase() {
  const looks: string[][] = [];
  let value = 0;
  const together = new Together<string>(async (keys) => {
    looks.push([...keys]);
    const seen = value;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (keys.includes('broken')) throw new Error('broken');
    return new Map(keys.filter((key) => key !== 'missing').map((key) => [key, `${key}${seen}`]));
  });
  return { together, looks, set: (next: number) => (value = next) };
}

test('what is asked at the same time is one look, and each gets its own answer', async () => {
  const { together, looks } = aDatabase();
  const answers = await Promise.all(['a', 'b', 'a', 'missing'].map((key) => together.get(key)));
  expect(answers).toEqual(['a0', 'b0', 'a0', undefined]);
  expect(looks).toEqual([['a', 'b', 'missing']]);
});

test('a question asked during a look is put after it, and sees what changed before it was asked', async () => {
  const { together, looks, set } = aDatabase();
  const first = together.get('a');
  await new Promise((resolve) => setTimeout(resolve, 1));
  set(1);
  const second = together.get('a');
  expect(await Promise.all([first, second])).toEqual(['a0', 'a1']);
  expect(looks).toHaveLength(2);
});

test('a failing look fails its own questions only', async () => {
  const { together } = aDatabase();
  await expect(together.get('broken')).rejects.toThrow('broken');
  expect(await together.get('a')).toBe('a0');
});

test('a look asks for three hundred at most', async () => {
  const { together, looks } = aDatabase();
  const keys = Array.from({ length: 400 }, (_, index) => `k${index}`);
  expect(await Promise.all(keys.map((key) => together.get(key)))).toEqual(keys.map((key) => `${key}0`));
  expect(looks.map(({ length }) => length)).toEqual([300, 100]);
});
