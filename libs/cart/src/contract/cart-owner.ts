/** Whose cart it is: an account's, by its user id, or a guest's, by the `guestId`. */
export interface CartOwner {
  readonly kind: 'user' | 'guest';
  readonly id: string;
}
