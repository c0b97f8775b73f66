/** What a controller needs of a reply beside which it answers: to say a header. */
export interface ReplyHeaders {
  header(name: string, value: string): unknown;
}
