/**
 * The stem of an English word in lower case: what MongoDB's text indexes keep for it.
 * (Source: "The English (Porter2) stemming algorithm", snowballstem.org.)
 */
export function stemEnglish(word: string): string {
  if (word.length <= 2) return word;
  const whole = wholeWords.get(word);
  if (whole !== undefined) return whole;
  const marked = markConsonantY(word.replace(/^'/, ''));
  const regions = regionsOf(marked);
  const plural = withoutPlural(withoutApostrophe(marked));
  if (finished.has(plural)) return plural;
  const steps = [withoutParticiple, withFinalI, shortened, shortenedFurther, withoutDerivation, withoutFinalEOrL];
  return steps.reduce((stem, step) => step(stem, regions), plural).replaceAll('Y', 'y');
}

/** Words that the rules would get wrong. */
const wholeWords = new Map(
  'skis:ski skies:sky dying:die lying:lie tying:tie idly:idl gently:gentl ugly:ugli early:earli only:onli singly:singl'
    .concat(' sky:sky news:news howe:howe atlas:atlas cosmos:cosmos bias:bias andes:andes')
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);
/** Words that are stems as soon as the plural is gone. */
const finished = new Set('inning outing canning herring earring proceed exceed succeed'.split(' '));

/** Where the word's second and third parts begin: endings are only taken off behind these. */
interface Regions {
  readonly r1: number;
  readonly r2: number;
}

function regionsOf(word: string): Regions {
  const known = /^(gener|commun|arsen)/.exec(word);
  const r1 = known ? known[0].length : afterVowelAndConsonant(word, 0);
  return { r1, r2: afterVowelAndConsonant(word, r1) };
}

function afterVowelAndConsonant(word: string, from: number): number {
  const found = /[aeiouy][^aeiouy]/.exec(word.slice(from));
  return found ? from + found.index + 2 : word.length;
}

/** A y that sounds as a consonant is written Y while the rules run. */
function markConsonantY(word: string): string {
  return word.replace(/^y|([aeiouy])y/g, (found, vowel: string | undefined) => (vowel ?? '') + found.at(-1)!.toUpperCase());
}

function withoutApostrophe(word: string): string {
  return word.replace(/'s'$|'s$|'$/, '');
}

function withoutPlural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (/ie[sd]$/.test(word)) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1);
  if (/[us]s$/.test(word) || !word.endsWith('s')) return word;
  return /[aeiouy].+s$/.test(word) ? word.slice(0, -1) : word;
}

function withoutParticiple(word: string, { r1 }: Regions): string {
  const [ending] = /(?:eedly|ingly|edly|eed|ing|ed)$/.exec(word) ?? [];
  if (ending === undefined) return word;
  const rest = word.slice(0, -ending.length);
  if (ending.startsWith('eed')) return rest.length >= r1 ? `${rest}ee` : word;
  if (!/[aeiouy]/.test(rest)) return word;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) return rest.slice(0, -1);
  return endsInShortSyllable(rest) && rest.length <= r1 ? `${rest}e` : rest;
}

function endsInShortSyllable(word: string): boolean {
  return /(?:^|.*[^aeiouy])[aeiouy][^aeiouywxY]$/.test(word) || /^[aeiouy][^aeiouy]$/.test(word);
}

function withFinalI(word: string): string {
  return word.replace(/(.[^aeiouy])[yY]$/, '$1i');
}

type Ending = readonly [ending: string, replacement: string, precededBy?: RegExp];

/** Replaces the longest ending that the word has, if it lies behind the given place and what comes before it fits. */
function replaceEnding(word: string, endings: readonly Ending[], place: number): string {
  const found = endings.filter(([ending]) => word.endsWith(ending)).sort(([a], [b]) => b.length - a.length)[0];
  if (!found) return word;
  const [ending, replacement, precededBy] = found;
  const rest = word.slice(0, -ending.length);
  return rest.length >= place && (!precededBy || precededBy.test(rest)) ? rest + replacement : word;
}

const endings = (list: string): Ending[] => list.split(' ').map((pair) => pair.split(':') as [string, string]);

const long: readonly Ending[] = [
  ...endings('tional:tion enci:ence anci:ance abli:able entli:ent izer:ize ization:ize ational:ate ation:ate ator:ate alism:al'),
  ...endings('aliti:al alli:al fulness:ful ousli:ous ousness:ous iveness:ive iviti:ive biliti:ble bli:ble fulli:ful lessli:less'),
  ['ogi', 'og', /l$/],
  ['li', '', /[cdeghkmnrt]$/],
];
const medium = endings('tional:tion ational:ate alize:al icate:ic iciti:ic ical:ic ful: ness:');
const derivations: readonly Ending[] = [
  ...endings('al: ance: ence: er: ic: able: ible: ant: ement: ment: ent: ism: ate: iti: ous: ive: ize:'),
  ['ion', '', /[st]$/],
];

function shortened(word: string, { r1 }: Regions): string {
  return replaceEnding(word, long, r1);
}

function shortenedFurther(word: string, { r1, r2 }: Regions): string {
  return word.endsWith('ative') ? replaceEnding(word, [['ative', '']], r2) : replaceEnding(word, medium, r1);
}

function withoutDerivation(word: string, { r2 }: Regions): string {
  return replaceEnding(word, derivations, r2);
}

function withoutFinalEOrL(word: string, { r1, r2 }: Regions): string {
  const rest = word.slice(0, -1);
  if (word.endsWith('e')) return rest.length >= r2 || (rest.length >= r1 && !endsInShortSyllable(rest)) ? rest : word;
  return word.endsWith('ll') && rest.length >= r2 ? rest : word;
}
