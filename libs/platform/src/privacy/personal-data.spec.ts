import { Injectable, type Type } from '@nestjs/common';
import { startTestApp, type TestApp } from '../testing/test-app';
import { PersonalData, PersonalFiles, type Person } from './personal-data';

@Injectable()
class Letters {
  @PersonalData('letters')
  async *letters({ userId, verifiedEmail }: Person): AsyncGenerator<object> {
    for (let number = 1; number <= 3; number += 1) yield await Promise.resolve({ to: verifiedEmail ?? userId, number, at: new Date(0) });
  }

  @PersonalData('complaints')
  async *complaints(): AsyncGenerator<object> {
    yield* await Promise.resolve([]);
  }
}

@Injectable()
class MoreLetters {
  @PersonalData('letters')
  async *all(): AsyncGenerator<object> {
    yield* await Promise.resolve([]);
  }
}

let shop: TestApp | undefined;
const filesOf = async (...providers: Type<unknown>[]): Promise<PersonalFiles> => {
  shop = await startTestApp({ imports: [], providers, delivery: { deliver: false } });
  return shop.app.get(PersonalFiles);
};
afterEach(() => shop?.stop());

test("a person's file has what every context yields, part by part, as one JSON document", async () => {
  const files = await filesOf(Letters);
  const pieces: string[] = [];
  for await (const piece of files.write({ userId: 'u1', verifiedEmail: 'ada@example.com' })) pieces.push(piece);
  const letter = (number: number): object => ({ to: 'ada@example.com', number, at: '1970-01-01T00:00:00.000Z' });
  expect(JSON.parse(pieces.join(''))).toEqual({
    exportedAt: expect.stringMatching(/^\d{4}-/),
    data: { complaints: [], letters: [letter(1), letter(2), letter(3)] },
  });
  expect(files.parts).toEqual(['complaints', 'letters']);
});

test('it is read no faster than it is taken', async () => {
  const files = await filesOf(Letters);
  const taken: string[] = [];
  for await (const piece of files.write({ userId: 'u1' })) {
    taken.push(piece);
    if (piece.includes('"number":2')) break;
  }
  expect(taken.join('')).not.toContain('"number":3');
});

test('two parts of one name, and names that are none, are refused', async () => {
  const files = await filesOf(Letters, MoreLetters);
  expect(() => files.parts).toThrow("Two parts of a person's data are called letters.");
  expect(() => PersonalData('all of it')).toThrow('cannot be a part');
});
