import { BSONRegExp } from 'bson';
import { compileRegex, regexTest } from './regex';

describe('a regular expression as PCRE takes it', () => {
  test.each<[string, string, string, boolean]>([
    // pattern, options, text, whether it matches
    ['^a.c$', '', 'abc', true],
    ['^a.c$', '', 'a\nc', false],
    ['^a.c$', 's', 'a\nc', true],
    ['^a.c$', '', 'a\rc', true],
    ['(?s)^a.c$', '', 'a\nc', true],
    ['a(?s:.)c', '', 'a\nc', true],
    ['^b$', '', 'a\nb\nc', false],
    ['^b$', 'm', 'a\nb\nc', true],
    ['^b', 'm', 'a\rb', false],
    ['^$', 'm', 'a\n', false],
    ['c$', '', 'abc\n', true],
    ['c$', '', 'abc\n\n', false],
    ['c\\z', '', 'abc\n', false],
    ['c\\Z', '', 'abc\n', true],
    ['\\Ab', 'm', 'a\nb', false],
    ['ABC', 'i', 'abc', true],
    ['(?i)ABC', '', 'abc', true],
    ['ärger', 'i', 'ÄRGER', true],
    ['a b # c', 'x', 'ab', true],
    ['a[ ]b', 'x', 'a b', true],
    ['\\Qa.b\\E+', '', 'a.bb', true],
    ['\\Qa.b\\E', '', 'axb', false],
    ['^[[:alpha:]]+$', '', 'abc', true],
    ['^[[:alpha:]]+$', '', 'äbc', false],
    ['^[[:^digit:]x-z]+$', '', 'abc-', true],
    ['^[]a]+$', '', ']a', true],
    ['^[a\\-z]+$', '', 'b', false],
    ['^[\\w-]+$', '', 'a-b', true],
    ['\\s', '', '\u00a0', false],
    ['\\S', '', '\u00a0', true],
    ['\\w', '', 'ä', false],
    ['\\d', '', '٣', false],
    ['\\h', '', '\u00a0', true],
    ['^\\p{Greek}+$', '', 'αβ', true],
    ['^\\p{L}+$', '', 'äß', true],
    ['^\\P{L}+$', '', '12', true],
    ['^\\p{^Lu}+$', '', 'ab', true],
    ['\\x{e4}', '', 'ä', true],
    ['\\x41', '', 'A', true],
    ['\\x', '', '\0', true],
    ['a{,2}', '', 'a{,2}', true],
    ['a{2', '', 'a{2', true],
    ['^.$', '', '😀', true],
    ['a\\Rb', '', 'a\r\nb', true],
    ['(?P<x>a)(?P=x)', '', 'aa', true],
    ["(?'x'a)\\k{x}", '', 'aa', true],
    ['(a)\\g1', '', 'aa', true],
    ['a(?#why)b', '', 'ab', true],
    ['(?<=a)b', '', 'ab', true],
    ['a(?!b)', '', 'ab', false],
    ['\\-\\/\\"\\@', '', '-/"@', true],
    ['}]', '', '}]', true],
    ['(*UTF)ä', '', 'ä', true],
    ['^(?:a|b)*?c$', '', 'ababc', true],
    ['[\\b]', '', '\b', true],
    ['\\e\\a\\cA', '', '\x1b\x07\x01', true],
  ])('/%s/%s on %j: %s', (pattern, options, text, expected) => {
    expect(compileRegex(pattern, options).test(text)).toBe(expected);
  });

  test.each<[string, string, number]>([
    ['(', '', 51091],
    [')', '', 51091],
    ['[a', '', 51091],
    ['a**', '', 51091],
    ['\\', '', 51091],
    ['\\y', '', 51091],
    ['[[:nope:]]', '', 51091],
    ['\\p{Nope}', '', 51091],
    ['a', 'g', 51108],
    ['a', 'I', 51108],
    ['a'.repeat(16_385), '', 51091],
    // What JavaScript has no words for.
    ['a++', '', 51091],
    ['(?>a)b', '', 51091],
    ['(a)?(?(1)b|c)', '', 51091],
    ['(?R)', '', 51091],
    ['a\\Kb', '', 51091],
    ['a(?i)b', '', 51091],
    ['(*UCP)\\w', '', 51091],
  ])('/%.20s/%s is refused with %i', (pattern, options, code) => {
    expect(() => compileRegex(pattern, options)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['a repetition in a repetition', '^(a+)+$', `${'a'.repeat(60)}!`],
    ['alternatives that overlap in a repetition', '^(a|aa)+$', `${'a'.repeat(80)}!`],
    ['repetitions in a row', '^a*a*a*a*a*b$', 'a'.repeat(3000)],
  ])('gives up on %s after a second, and goes on serving', (_name, pattern, text) => {
    const started = Date.now();
    expect(() => compileRegex(pattern, '').test(text)).toThrow(expect.objectContaining({ code: 51156 }));
    expect(Date.now() - started).toBeLessThan(5000);
    expect(compileRegex(pattern, '').test('b')).toBe(pattern.endsWith('b$'));
  });

  it('finds matches in one pass over a long text', () => {
    const text = 'ab😀'.repeat(20_000);
    const found = compileRegex('b', '').find(text, Infinity);
    expect(found).toHaveLength(20_000);
    expect(found.at(-1)!.index).toBe(text.length - 3);
  });

  it('matches the same regular expression stored as a value, whatever its options', () => {
    const matches = regexTest(new BSONRegExp('^a', 'i'));
    expect(matches(new BSONRegExp('^a', 'i'))).toBe(true);
    expect(matches(new BSONRegExp('^a', ''))).toBe(false);
    expect(matches('Abc')).toBe(true);
    expect(matches(5)).toBe(false);
  });
});
