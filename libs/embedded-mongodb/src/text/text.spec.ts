import type { Document } from '../bson/document';
import { stemEnglish } from './english-stemmer';
import { languageOf } from './languages';
import { stemScores, TextSearch, type SearchRequest } from './search';
import { stemsOf } from './tokens';

const english = languageOf('english');
const settings = { weights: { a: 1 }, defaultLanguage: 'english', languageOverride: 'language' };

describe('the English stemmer', () => {
  it.each(
    // A word for each rule, by the algorithm's description and its published vocabulary.
    `caresses:caress ties:tie cries:cri gas:gas gaps:gap kiwis:kiwi agreed:agre feed:feed proceedingly:proceed luxuriated:luxuri hopping:hop
     hoping:hope hoped:hope running:run bleeding:bleed embed:emb bed:bed sing:sing cry:cri by:by say:say skies:sky dying:die ugly:ugli news:news
     innings:inning exceeded:exceed relational:relat conditional:condit valency:valenc hesitancy:hesit digitizer:digit conformably:conform
     radically:radic differently:differ vilely:vile analogously:analog vietnamization:vietnam predication:predic operator:oper
     feudalism:feudal decisiveness:decis hopefulness:hope callousness:callous formality:formal sensitivity:sensit sensibility:sensibl
     apology:apolog hopefully:hope helplessly:helpless triplicate:triplic formative:format formalize:formal electricity:electr electrical:electr
     revival:reviv allowance:allow inference:infer airliner:airlin adjustable:adjust defensible:defens irritant:irrit replacement:replac
     adjustment:adjust dependent:depend adoption:adopt communism:communism activate:activ angularity:angular homologous:homolog effective:effect
     probate:probat rate:rate cease:ceas controlling:control rolling:roll general:general generously:generous communities:communiti
     yellow:yellow enjoyed:enjoy dog's:dog dogs':dog youth:youth boyish:boyish coffee:coffe shopping:shop organization:organ`
      .split(/\s+/)
      .map((pair) => pair.split(':') as [string, string]),
  )('makes %s to %s', (word, stem) => {
    expect(stemEnglish(word)).toBe(stem);
  });
});

describe('words', () => {
  it.each<[string, string, string[]]>([
    ['english', 'The Quick-Brown foxes, and (their) "coffee"!', ['quick', 'brown', 'fox', 'coffe']],
    ['english', "don't stop O'Neill", ['stop', "o'neil"]],
    // Stems are made of what stands there, accents and all.
    ['english', 'Crème brûlée', ['creme', 'brulee']],
    ['none', 'The foxes', ['the', 'foxes']],
    ['french', "l'été Où", ['l', 'ete', 'ou']],
    ['german', 'Äpfel und Öl', ['apfel', 'und', 'ol']],
    ['none', 'snake_case foo+bar $5', ['snake_case', 'foo', 'bar', '5']],
    ['none', '日本語、テスト', ['日本語', 'テスト']],
  ])('in %s of %s are %j', (language, text, stems) => {
    expect(stemsOf(text, languageOf(language))).toEqual(stems);
  });

  it('keep case and accents where that is asked for', () => {
    expect(stemsOf('Café CAFÉ cafe', languageOf('none'), { caseSensitive: true })).toEqual(['Cafe', 'CAFE', 'cafe']);
    expect(stemsOf('Café cafe', languageOf('none'), { diacriticSensitive: true })).toEqual(['café', 'cafe']);
  });

  it('are of no unknown language', () => {
    expect(() => languageOf('klingon')).toThrow(expect.objectContaining({ code: 2 }) as Error);
    expect(languageOf('EN')).toBe(english);
  });
});

describe('scores', () => {
  const score = (document: Document, weights: Record<string, number> = { a: 1 }): Record<string, number> =>
    Object.fromEntries(stemScores(document, { ...settings, weights }));

  it('count a word by how often it stands and how much else does', () => {
    expect(score({ a: 'coffee shop' })).toEqual({ coffe: 0.75, shop: 0.75 });
    expect(score({ a: 'tea tea tea' })).toEqual({ tea: 1.75 });
    expect(score({ a: 'tea tea milk' })).toEqual({ tea: 1.5 * (0.5 + 1 / 3), milk: 0.5 + 1 / 6 });
  });

  it('count a text that is only the word a tenth more', () => {
    expect(score({ a: 'Tea' })).toEqual({ tea: 1.1 });
    expect(score({ a: 'teas' })).toEqual({ tea: 1 });
  });

  it('add up over fields by weight, and over the elements of an array', () => {
    expect(score({ a: 'green tea', b: { c: 'tea set' }, d: 'tea' }, { a: 1, 'b.c': 10 })).toEqual({ green: 0.75, tea: 8.25, set: 7.5 });
    expect(score({ a: ['green tea', 'black tea'] })).toEqual({ green: 0.75, tea: 1.5, black: 0.75 });
    expect(score({ a: [{ b: 'x y' }, { b: 'x z' }] }, { 'a.b': 2 })).toEqual({ x: 3, y: 1.5, z: 1.5 });
    expect(score({ a: 'tea x', b: { c: 'tea x' } }, { '$**': 1, 'b.c': 2 })).toEqual({ tea: 2.25, x: 2.25 });
  });

  it('follow the language that a document, or one inside it, names', () => {
    expect(score({ a: 'the teas', language: 'none' })).toEqual({ the: 0.75, teas: 0.75 });
    expect(score({ a: [{ b: 'teas', language: 'none' }, { b: 'teas' }] }, { 'a.b': 1 })).toEqual({ teas: 1.1, tea: 1 });
    expect(() => score({ a: 'x', language: 5 })).toThrow(expect.objectContaining({ code: 17261 }) as Error);
    expect(() => score({ a: 'x', language: 'klingon' })).toThrow(expect.objectContaining({ code: 17262 }) as Error);
  });
});

describe('a search', () => {
  const search = (text: string, options: Partial<SearchRequest> = {}): TextSearch =>
    new TextSearch({ search: text, language: english, ...options }, settings);
  const matches = (text: string, a: unknown, options: Partial<SearchRequest> = {}): boolean => search(text, options).matches({ a });

  it.each<[string, string, boolean]>([
    ['tea', 'Green TEAS', true],
    ['coffee tea', 'green tea', true],
    ['coffee', 'green tea', false],
    ['the', 'the tea', false],
    ['tea -green', 'green tea', false],
    ['tea -green', 'black tea', true],
    ['-green', 'black tea', false],
    ['- green', 'green tea', true],
    ['ice-cream', 'cream cake', true],
    ['ice -cream-cake', 'ice cake', false],
    ['"green tea"', 'A Green Tea set', true],
    ['"green tea"', 'tea, green', false],
    ['"green tea" "set"', 'green tea', false],
    ['cup "green tea"', 'green tea', true],
    ['cup "green tea"', 'a cup', false],
    ['tea -"green tea"', 'green tea', false],
    ['tea -"green tea"', 'tea, green', true],
    ['"green tea', 'tea', true],
    ['creme', 'Crème', true],
    ['', 'tea', false],
  ])('for %s finds %s: %s', (text, value, found) => {
    expect(matches(text, value)).toBe(found);
  });

  it('minds case and accents where that is asked for', () => {
    expect(matches('Tea', 'tea', { caseSensitive: true })).toBe(false);
    expect(matches('Tea', 'Tea', { caseSensitive: true })).toBe(true);
    expect(matches('"Green Tea" x', 'Green tea', { caseSensitive: true })).toBe(false);
    expect(matches('tea -Green', 'green tea', { caseSensitive: true })).toBe(true);
    expect(matches('café', 'cafe', { diacriticSensitive: true })).toBe(false);
    expect(matches('"café bar"', 'cafe bar', { diacriticSensitive: true })).toBe(false);
    expect(matches('café', 'Café', { diacriticSensitive: true })).toBe(true);
  });

  it('takes its own words by the language that it names', () => {
    expect(matches('the', 'the', { language: languageOf('none') })).toBe(false);
    expect(
      new TextSearch({ search: 'the', language: languageOf('none') }, { ...settings, defaultLanguage: 'none' }).matches({ a: 'the' }),
    ).toBe(true);
  });

  it('scores by the sum of the words that are there', () => {
    expect(search('tea green milk').score({ a: 'green tea' })).toBe(1.5);
    expect(search('tea tea').score({ a: 'tea' })).toBe(1.1);
    expect(search('milk').score({ a: 'green tea' })).toBe(0);
  });
});
