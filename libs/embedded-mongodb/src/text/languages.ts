import { fail } from '../errors';
import { stemEnglish } from './english-stemmer';

/** How the words of a language are taken: which are too common to count, and what is left of the others. */
export interface Language {
  readonly name: string;
  /** Asked of words in lower case. */
  readonly stopWords: ReadonlySet<string>;
  stem(word: string): string;
}

const whole = (word: string): string => word;

const mostStems = 20_000;

/** Remembers the answers: the same words come again and again. */
function remembering(stem: (word: string) => string): (word: string) => string {
  const stems = new Map<string, string>();
  return (word) => {
    const known = stems.get(word);
    if (known !== undefined) return known;
    if (stems.size >= mostStems) stems.clear();
    const made = stem(word);
    stems.set(word, made);
    return made;
  };
}

const englishStopWords = new Set(
  "a about above after again against all am an and any are aren't as at be because been before being below between both but by"
    .concat(" can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from further had hadn't has")
    .concat(" hasn't have haven't having he he'd he'll he's her here here's hers herself him himself his how how's i i'd i'll i'm i've")
    .concat(" if in into is isn't it it's its itself let's me more most mustn't my myself no nor not of off on once only or other ought")
    .concat(" our ours ourselves out over own same shan't she she'd she'll she's should shouldn't so some such than that that's the")
    .concat(" their theirs them themselves then there there's these they they'd they'll they're they've this those through to too")
    .concat(" under until up very was wasn't we we'd we'll we're we've were weren't what what's when when's where where's which while")
    .concat(" who who's whom why why's with won't would wouldn't you you'd you'll you're you've your yours yourself yourselves")
    .split(' '),
);

/** MongoDB's names and ISO codes. All but English are taken word by word. */
const codes =
  'none: danish:da dutch:nl english:en finnish:fi french:fr german:de hungarian:hu italian:it norwegian:nb portuguese:pt romanian:ro russian:ru spanish:es swedish:sv turkish:tr';

const byName = new Map<string, Language>(
  codes.split(' ').flatMap((pair) => {
    const [name = '', code = ''] = pair.split(':');
    const language =
      name === 'english'
        ? { name, stopWords: englishStopWords, stem: remembering(stemEnglish) }
        : { name, stopWords: new Set<string>(), stem: whole };
    return [name, code].filter(Boolean).map((key) => [key, language] as const);
  }),
);

/** Finds a language by its name or ISO code. Error: 2. */
export function languageOf(name: string): Language {
  const language = byName.get(name.toLowerCase());
  if (!language) throw fail('BadValue', `unsupported language: "${name}" for text index version 3`);
  return language;
}

export function isLanguage(name: unknown): boolean {
  return typeof name === 'string' && byName.has(name.toLowerCase());
}
