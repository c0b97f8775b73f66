import { HttpException } from '@nestjs/common';
import { refusal } from '@cartwright/kernel';

export const MalformedUrl = refusal(
  'malformed_url',
  'invalid',
  () => 'The URL has a % that is not followed by two hexadecimal digits of UTF-8.',
);

const longestUrl = 8_192;

/** Refuses a URL that is too long (RFC 9110, 15.5.15), or that is percent-encoded wrongly: read leniently, it would mean something that nobody sent. */
export function checkUrl(url: string): void {
  if (url.length > longestUrl) throw new HttpException(`The URL has more than ${longestUrl} characters.`, 414);
  if (url.includes('%') && !isDecodable(url)) throw new MalformedUrl({});
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
