import type { Mail, Passage } from './mail';

/** The body of a mail as plain text. */
export function asText({ body }: Mail): string {
  const passages = body.map((passage) => (typeof passage === 'string' ? passage : passage.lines.map((line) => `  ${line}`).join('\n')));
  return `${passages.join('\n\n')}\n`;
}

/** The body of a mail as a page of HTML that needs nothing from elsewhere: no script, no image, no style sheet. */
export function asHtml({ subject, body }: Mail): string {
  const head = `<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>`;
  const passages = body.map(asParagraph).join('\n');
  return `<!doctype html>\n<html lang="en">${head}\n<body style="font-family: sans-serif; line-height: 1.5">\n${passages}\n</body></html>\n`;
}

function asParagraph(passage: Passage): string {
  if (typeof passage === 'string') return `<p>${escaped(passage)}</p>`;
  return `<p style="margin-left: 1em">${passage.lines.map(escaped).join('<br>\n')}</p>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
