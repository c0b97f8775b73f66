/** What holds carts, accounts and the catalogue. */
const carts = 'libs/cart/src/usecases/cart-life.store.spec.ts';
const sessions = 'libs/identity/src/http/sessions.http.spec.ts';
const sessionStore = 'libs/identity/src/store/session.store.spec.ts';
const users = 'libs/identity/src/http/users.http.spec.ts';
const account = 'libs/identity/src/http/account.http.spec.ts';
const products = 'libs/catalog/src/store/product.store.spec.ts';
const unique = 'libs/catalog/src/store/unique.store.spec.ts';
const joining = 'libs/orders/src/usecases/join-guest-orders.store.spec.ts';
const imports = 'libs/catalog/src/http/imports.http.spec.ts';
const uploads = 'libs/platform/src/http/upload.http.spec.ts';

const erasure = 'libs/identity/src/http/erasure.http.spec.ts';
const erasing = 'libs/orders/src/usecases/personal-data.store.spec.ts';

export const guardsOfBuyers = [
  {
    name: 'conditional write: a wallet goes as it was read',
    file: 'libs/payments/src/store/wallet.store.ts',
    from: 'if (deletedCount === 0) throw new StaleVersion({ subject: this.subject, id });',
    to: 'void [deletedCount, StaleVersion];',
    test: ['libs/payments/src/usecases/forgetting.store.spec.ts', 'to which something was saved meanwhile does not go with it'],
  },
  {
    name: 'the last admin does not erase the account',
    file: 'libs/identity/src/usecases/erase-account.ts',
    from: "if (user.roles.includes('admin') && !(await this.users.holdAdminBesides(user.id))) throw new LastAdmin({});",
    to: 'void LastAdmin;',
    test: [erasure, 'of two admins who go at the same moment one stays'],
  },
  {
    name: 'an order is not forgotten before it is at rest',
    file: 'libs/orders/src/usecases/personal-data.ts',
    from: 'if (rest > now) return',
    to: 'if (rest.getTime() < 0) return',
    test: [erasing, 'one that has yet to be sent keeps what that takes'],
  },
  {
    name: 'an order is not forgotten while something of it is still to be told',
    file: 'libs/orders/src/usecases/personal-data.ts',
    from: 'if (await this.outbox.awaits(`order:${orderId}`)) return',
    to: 'if (orderId === soonMs.toString()) return',
    test: [erasing, 'of which a mail is still to be written waits'],
  },
  {
    name: 'conditional write: an order of a guest is given to one account',
    file: 'libs/orders/src/store/order.store.ts',
    from: 'guestEmailKey: emailKeyOf(email) };\n    await',
    to: '...(email === userId && { guestEmailKey: email }) };\n    await',
    test: [joining, 'of two accounts that reach for an order'],
  },
  {
    name: 'unique index: a user has one open cart',
    file: 'libs/cart/src/store/cart.store.ts',
    from: 'cartSchema.index({ user: 1 }, { unique: true,',
    to: 'cartSchema.index({ user: 1 }, {',
    test: [carts, 'lose no line, between processes that know nothing of each other'],
  },
  {
    name: 'unique index: a guest has one open cart',
    file: 'libs/cart/src/store/cart.store.ts',
    from: 'cartSchema.index({ guestId: 1 }, { unique: true,',
    to: 'cartSchema.index({ guestId: 1 }, {',
    test: [carts, 'keep one open cart for each owner, and one for each order'],
  },
  {
    name: 'unique index: an order is of one cart',
    file: 'libs/cart/src/store/cart.store.ts',
    from: 'cartSchema.index({ orderId: 1 }, { unique: true,',
    to: 'cartSchema.index({ orderId: 1 }, {',
    test: [carts, 'keep one open cart for each owner, and one for each order'],
  },
  {
    name: 'version check: a cart that was edited since does not close',
    file: 'libs/cart/src/store/cart.store.ts',
    from: "{ _id: id, version, status: 'open' },",
    to: "{ _id: id, status: 'open', ...(version < 0 && { version }) },",
    test: [carts, 'does not close a cart that was edited since'],
  },
  {
    name: 'conditional write: a cart closes once',
    file: 'libs/cart/src/store/cart.store.ts',
    from: 'if (modifiedCount === 0) throw new StaleVersion({ subject: this.subject, id });',
    to: 'void [modifiedCount, StaleVersion];',
    test: [carts, 'closes the version it saw, once'],
  },
  {
    name: 'a failed order fills the cart again once',
    file: 'libs/cart/src/usecases/refill-cart.ts',
    from: 'if (!ordered || ordered.refilledAt) return;',
    to: 'if (!ordered) return;',
    test: [carts, 'puts the items back once'],
  },
  {
    name: 'unique index: an email has one account',
    file: 'libs/identity/src/store/user.store.ts',
    from: 'userSchema.index({ emailKey: 1 }, { unique: true });',
    to: 'userSchema.index({ emailKey: 1 });',
    test: ['libs/identity/src/http/auth.http.spec.ts', 'makes one account of ten registrations at once'],
  },
  {
    name: 'unique index: a handle is of one session',
    file: 'libs/identity/src/store/session.store.ts',
    from: 'sessionSchema.index({ handleHash: 1 }, { unique: true });',
    to: 'sessionSchema.index({ handleHash: 1 });',
    test: [sessionStore, 'has a unique handle'],
  },
  {
    name: 'conditional write: a refresh token is good once',
    file: 'libs/identity/src/store/session.store.ts',
    from: 'const current = { handleHash, secretHash, expiresAt:',
    to: 'const current = { handleHash, ...(secretHash ? {} : { secretHash }), expiresAt:',
    test: [sessionStore, 'gives a session to one of many that rotate it at once'],
  },
  {
    name: 'conditional write: a session that ended is not prolonged',
    file: 'libs/identity/src/store/session.store.ts',
    from: 'secretHash, expiresAt: trusted({ $gt: next.usedAt }) };',
    to: 'secretHash, ...(next ? {} : trusted({})) };',
    test: [sessionStore, 'rotates neither an unknown secret nor an expired session'],
  },
  {
    name: 'a refresh token used twice ends its session',
    file: 'libs/identity/src/usecases/sessions.ts',
    from: 'const ended = await this.store.endByHandle(handleHash);',
    to: 'const ended = (handleHash ? null : null) as Session | null;',
    test: [sessions, 'used twice ends its session'],
  },
  {
    name: 'version check: a session is of the password and the roles of now',
    file: 'libs/identity/src/usecases/refresh-session.ts',
    from: 'if (user?.sessionEpoch !== session.epoch) {',
    to: 'if (!user) {',
    test: [account, 'ends even the session that a login with the former one opens a moment too late'],
  },
  {
    name: 'conditional write: the last admin stays one',
    file: 'libs/identity/src/usecases/change-roles.ts',
    from: 'if (!(await this.users.holdAdminBesides(user.id))) throw new LastAdmin({});',
    to: 'void LastAdmin;',
    test: [users, 'leaves one admin when all of them take each other the role at once'],
  },
  {
    name: 'conditional write: two admins who take each other the role collide',
    file: 'libs/identity/src/store/user.store.ts',
    from: 'const { matchedCount } = await this.model.updateOne(other, { $inc: { adminHolds: 1 } }).session(this.session);',
    to: 'const matchedCount = Math.min(1, await this.model.countDocuments(other).session(this.session));',
    test: [users, 'leaves one admin when all of them take each other the role at once'],
  },
  {
    name: 'guesses at a password go one after another',
    file: 'libs/identity/src/usecases/failed-attempts.ts',
    from: 'return this.lines.inLine([near], () => this.once(places, check));',
    to: 'return this.once(places, check);',
    test: ['libs/identity/src/usecases/failed-attempts.spec.ts', 'does not count successes, even many at once'],
  },
  {
    name: 'a guess at a password takes its place before it is checked',
    file: 'libs/identity/src/usecases/failed-attempts.ts',
    from: 'await this.shared.claim(quota, key);',
    to: 'await this.shared.take(quota, key);',
    test: ['libs/identity/src/usecases/failed-attempts.spec.ts', 'lets no more than ten of many simultaneous guesses through'],
  },
  {
    name: 'guesses at one account are counted wherever they come from',
    file: 'libs/identity/src/usecases/failed-attempts.ts',
    from: '{ quota: ofAccount, key: far },',
    to: '{ quota: ofAccount, key: near },',
    test: ['libs/identity/src/usecases/failed-attempts.spec.ts', 'lets no more than a hundred guesses an hour through at one account'],
  },
  {
    name: 'unique index: a category has a slug of its own',
    file: 'libs/catalog/src/store/category.store.ts',
    from: 'categorySchema.index({ slug: 1 }, { unique: true });',
    to: 'categorySchema.index({ slug: 1 });',
    test: [unique, 'a slug of a category'],
  },
  {
    name: 'unique index: a parent has each name once',
    file: 'libs/catalog/src/store/category.store.ts',
    from: 'categorySchema.index({ parentCategory: 1, nameKey: 1 }, { unique: true });',
    to: 'categorySchema.index({ parentCategory: 1, nameKey: 1 });',
    test: [unique, 'a name under one parent'],
  },
  {
    name: 'unique index: a product has a slug of its own',
    file: 'libs/catalog/src/store/product.schema.ts',
    from: 'productSchema.index({ slug: 1 }, { unique: true });',
    to: 'productSchema.index({ slug: 1 });',
    test: [unique, 'a slug of a product'],
  },
  {
    name: 'unique index: a SKU is of one product',
    file: 'libs/catalog/src/store/product.schema.ts',
    from: "productSchema.index({ 'variants.sku': 1 }, { unique: true,",
    to: "productSchema.index({ 'variants.sku': 1 }, {",
    test: [unique, 'a SKU'],
  },
  {
    name: 'unique index: a line of an import is one product',
    file: 'libs/catalog/src/store/product.schema.ts',
    from: 'productSchema.index({ externalId: 1 }, { unique: true,',
    to: 'productSchema.index({ externalId: 1 }, {',
    test: [unique, 'product of what was imported as one'],
  },
  {
    name: 'conditional write: a copy of the stock never goes back',
    file: 'libs/catalog/src/store/product.store.ts',
    from: 'variants: { $elemMatch: { sku, stockRevision: { $lt: level.revision } } } },',
    to: 'variants: { $elemMatch: { sku } } },',
    test: [products, 'copies stock in whatever order the news arrive, and never goes back'],
  },
  {
    name: 'version check: an edit does not overwrite a copy of the stock',
    file: 'libs/catalog/src/store/product.store.ts',
    from: 'update: { $set: Object.fromEntries(copy), $inc: { version: 1 } },',
    to: 'update: { $set: Object.fromEntries(copy) },',
    test: [products, 'a stock copy between reading and saving is not overwritten'],
  },
  {
    name: 'conditional write: an import is moved on by whoever holds it',
    file: 'libs/catalog/src/store/import.store.ts',
    from: "{ _id: id, status: 'running', holder }",
    to: "{ _id: id, ...(holder === 'nobody' && { holder }) }",
    test: [imports, 'is left alone by a process that was only thought dead'],
  },
  {
    name: 'a batch and what came of it are kept in one transaction',
    file: 'libs/catalog/src/usecases/run-imports.ts',
    from: '=> this.imports.advance(job, step);',
    to: '=> this.transactions.outside(() => this.imports.advance(job, step));',
    test: [imports, 'goes on where that one stopped, and every product is counted once'],
  },
  {
    name: 'conditional write: an upload is kept while it is there',
    file: 'libs/platform/src/store/uploads.ts',
    from: "{ _id: id, status: 'received' }, { $set: { status: 'kept' } }",
    to: "{ _id: id }, { $set: { status: 'kept' } }",
    test: [uploads, 'is kept by one, and not when it was given up'],
  },
];
