/** A mail to a buyer. `key` names it for ever: the same mail has the same key, so that it is sent once. */
export interface Mail {
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}
