/** Letters that a language may hold equal to others although Unicode does not decompose them. */
const plainLetters: Readonly<Record<string, string>> = { æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ħ: 'h' };

const mostClusters = 20_000;
const mostTexts = 5_000;
const longestRemembered = 200;

/**
 * Makes, for a collator, the string that all texts share which it holds equal. JavaScript gives no access to ICU's sort keys, so each
 * letter is replaced by the plainest one that the collator itself calls equal to it: without accents, without case, or by nothing.
 */
export function foldingBy(collator: Intl.Collator, options: { numeric: boolean; identical: boolean }): (text: string) => string {
  if (options.identical) return (text) => text;
  const clusters = new Map<string, string>();
  const texts = new Map<string, string>();
  const { locale } = collator.resolvedOptions();
  const foldCluster = (cluster: string): string => {
    const known = clusters.get(cluster);
    if (known !== undefined) return known;
    if (clusters.size >= mostClusters) clusters.clear();
    const plainest = candidates(cluster, locale).find((candidate) => collator.compare(candidate, cluster) === 0) ?? cluster;
    clusters.set(cluster, plainest);
    return plainest;
  };
  const fold = (text: string): string => {
    // A letter with its accents is one cluster; an accent that stands first is one alone.
    const folded = text.normalize('NFC').replace(/\P{M}\p{M}*|\p{M}+/gsu, foldCluster);
    return options.numeric
      ? folded.replace(/0+(?=\d)/g, (zeros: string, at: number) => (/\d/.test(folded[at - 1] ?? '') ? zeros : ''))
      : folded;
  };
  return (text) => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    const folded = fold(text);
    if (texts.size >= mostTexts) texts.clear();
    if (text.length <= longestRemembered) texts.set(text, folded);
    return folded;
  };
}

function candidates(cluster: string, locale: string): string[] {
  const decomposed = cluster.normalize('NFKD');
  const bare = decomposed.replace(/\p{M}/gu, '');
  const lower = bare.toLocaleUpperCase(locale).toLocaleLowerCase(locale);
  const lowered = [bare, decomposed, cluster].map((text) => text.toLocaleLowerCase(locale));
  // In a German phone book ü is ue.
  return ['', plainLetters[lower] ?? lower, lower, `${lower}e`, ...lowered, bare];
}
