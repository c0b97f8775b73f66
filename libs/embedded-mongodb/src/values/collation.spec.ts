import { parseCollation } from './collation';

const equalBy = (spec: Record<string, unknown>, a: string, b: string): boolean => {
  const collation = parseCollation(spec)!;
  const equal = collation.key(a) === collation.key(b);
  expect(collation.compare(a, b) === 0).toBe(equal);
  return equal;
};

describe('a collation', () => {
  it.each<[Record<string, unknown>, string, string, boolean]>([
    [{ locale: 'en', strength: 2 }, 'Ann@Example.com', 'ann@example.COM', true],
    [{ locale: 'en', strength: 2 }, 'cafe', 'café', false],
    [{ locale: 'en', strength: 2 }, 'CAFE\u0301', 'café', true],
    [{ locale: 'en', strength: 1 }, 'Cafe', 'café', true],
    [{ locale: 'en', strength: 1 }, 'Straße', 'strasse', true],
    [{ locale: 'en', strength: 2 }, 'ﬁne', 'FINE', true],
    [{ locale: 'en', strength: 1 }, 'Smørrebrød', 'smorrebrod', true],
    [{ locale: 'en', strength: 1, caseLevel: true }, 'cafe', 'café', true],
    [{ locale: 'en', strength: 1, caseLevel: true }, 'Cafe', 'café', false],
    [{ locale: 'en' }, 'a', 'A', false],
    [{ locale: 'en' }, 'e\u0301', 'é', true],
    [{ locale: 'en', strength: 5 }, 'e\u0301', 'é', false],
    // An å is no a for a Swede, and an I no i for a Turk.
    [{ locale: 'sv', strength: 1 }, 'å', 'a', false],
    [{ locale: 'sv', strength: 1 }, 'å', 'Å', true],
    [{ locale: 'tr', strength: 2 }, 'I', 'i', false],
    [{ locale: 'tr', strength: 2 }, 'I', 'ı', true],
    [{ locale: 'en', strength: 2, alternate: 'shifted' }, 'well-known', 'Well known', true],
    [{ locale: 'en', strength: 2 }, 'well-known', 'well known', false],
    [{ locale: 'en', strength: 2 }, 'soft\u00adware', 'software', true],
    [{ locale: 'en', numericOrdering: true }, 'item 007', 'item 7', true],
    [{ locale: 'en', numericOrdering: true }, 'item 100', 'item 1000', false],
    [{ locale: 'en', numericOrdering: true }, 'item 1001', 'item 101', false],
    [{ locale: 'de@collation=phonebook', strength: 1 }, 'Müller', 'mueller', true],
    [{ locale: 'de', strength: 1 }, 'Müller', 'mueller', false],
  ])('%j: %s and %s are equal: %s', (spec, a, b, equal) => {
    expect(equalBy(spec, a, b)).toBe(equal);
  });

  it('states itself whole, as MongoDB does', () => {
    expect(parseCollation({ locale: 'en_US', strength: 2 })!.document).toEqual({
      locale: 'en_US',
      caseLevel: false,
      caseFirst: 'off',
      strength: 2,
      numericOrdering: false,
      alternate: 'non-ignorable',
      maxVariable: 'punct',
      normalization: false,
      backwards: false,
      version: '57.1',
    });
    expect(parseCollation({ locale: 'da' })!.document).toMatchObject({ caseFirst: 'upper' });
    expect(parseCollation({ locale: 'simple' })).toBeUndefined();
  });

  it.each<[Record<string, unknown>, number]>([
    [{ strength: 2 }, 40414],
    [{ locale: 5 }, 14],
    [{ locale: 'xx' }, 2],
    [{ locale: 'en', strength: 6 }, 2],
    [{ locale: 'en', caseLevel: 1 }, 14],
    [{ locale: 'en', caseFirst: 'first' }, 2],
    [{ locale: 'en', alternate: 'yes' }, 2],
    [{ locale: 'en', colour: 'red' }, 40415],
    [{ locale: 'en', backwards: true }, 238],
    [{ locale: 'en', alternate: 'shifted', maxVariable: 'space' }, 238],
    [{ locale: 'en', alternate: 'shifted', strength: 4 }, 238],
  ])('%j is refused with %i', (spec, code) => {
    expect(() => parseCollation(spec)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
