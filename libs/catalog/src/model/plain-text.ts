/** What control characters of the C1 block nearly always are: the punctuation of Windows-1252, read as if it were Latin-1. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  reg: '®',
  trade: '™',
  copy: '©',
  bull: '•',
  deg: '°',
  frac12: '½',
  frac14: '¼',
  frac34: '¾',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  szlig: 'ß',
};

/**
 * A text of another shop without control characters: C1 ones become the Windows-1252 sign they were meant as, others vanish; line breaks and
 * tabs stay. HTML stays as it is given.
 */
export function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- finding them is the point
  const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff]/g;
  return text.replace(controls, (sign) => printable(sign.charCodeAt(0)));
}

/** A name of another shop as one line of plain text: entities decoded, spaces collapsed. */
export function oneLine(text: string): string {
  const decoded = text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}\d{0,2}));/gi, decodeEntity);
  return withoutControls(decoded).replace(/\s+/g, ' ').trim();
}

function decodeEntity(whole: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return entities[name] ?? whole;
  const code = decimal !== undefined ? Number(decimal) : parseInt(hexadecimal ?? '', 16);
  const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? String.fromCodePoint(code) : whole;
}

function printable(code: number): string {
  const sign = code >= 0x80 && code <= 0x9f ? (windows1252[code - 0x80] ?? '') : '';
  return sign.charCodeAt(0) > 0x9f ? sign : '';
}
