/** Where a parcel or an invoice goes. `country` is ISO 3166-1 alpha-2; the other words are the recipient's own. */
export interface Address {
  readonly name: string;
  readonly phone: string;
  readonly company?: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly state: string;
  readonly pincode: string;
  readonly country: string;
}
