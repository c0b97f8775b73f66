/** What this needs of a reply. */
interface Reply {
  getHeader(name: string): unknown;
  header(name: string, value: string): unknown;
}

/** Says that the answer depends on one more header of the request (RFC 9110, 12.5.5), beside those that were named before: caches keep an answer for each. */
export function varyBy(reply: Reply, header: string): void {
  const others = reply.getHeader('Vary') as string | undefined;
  reply.header('Vary', others ? `${others}, ${header}` : header);
}
