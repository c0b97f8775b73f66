import { Client, type Answer, type Json } from './support/client';
import { ApiDocument, atOnce, named, withValue, type Operation, type Place } from './support/operations';
import { settle, urlOf, type Belongings, type People, type Person } from './support/people';
import { Shop } from './support/shop';

/* Who may do what, tried on every operation that the API document has, so that a new one is tried, too. */

let shop: Shop;
let api: ApiDocument;
let people: People;

beforeAll(async () => {
  shop = await Shop.start({ RATE_LIMIT_PER_MINUTE: '0', AUTH_RATE_LIMIT_PER_MINUTE: '0' });
  api = new ApiDocument((await new Client(shop).get('/api/openapi.json')).body);
  people = await settle(shop);
}, 120_000);
afterAll(() => shop.stop());

/** Whether what the path leads to is somebody's own: a product on sale or a category is not. */
const isOwned = ({ path, ids }: Operation): boolean =>
  ids.some((name) => !['slug', 'provider', 'template'].includes(name)) && !/categories/.test(path);

function send(client: Client, { method, file }: Operation, url: string, body?: Json): Promise<Answer> {
  const headers = { 'if-match': '*' };
  if (file) return client.upload(url, file.example, file.type);
  if (method === 'GET') return client.get(url);
  if (method === 'DELETE') return client.delete(url, headers, body);
  return client[method.toLowerCase() as 'post' | 'put' | 'patch'](url, body ?? {}, headers);
}

interface Cell {
  readonly what: string;
  readonly expected: readonly number[];
  ask(): Promise<Answer>;
}

/** A matrix that has lost its operations would find nothing. */
function atLeast(floor: number, cells: readonly Cell[], what: string): void {
  process.stdout.write(`${what}: ${cells.length} requests\n`);
  expect(cells.length).toBeGreaterThan(floor);
}

/** Sends all of a matrix, and tells what was answered otherwise than expected, or shows what is secret. */
async function findings(cells: readonly Cell[], wrong: (answer: Answer) => string | undefined = () => undefined): Promise<string[]> {
  const found = await atOnce(cells, async ({ what, expected, ask }) => {
    const answer = await ask();
    const text = JSON.stringify(answer.body);
    const shown = people.secrets.filter((secret) => text.includes(secret));
    if (shown.length > 0) return [`${what}: shows ${shown.join(', ')}`];
    if (!expected.includes(answer.status)) return [`${what}: ${answer.status} ${text.slice(0, 200)}`];
    const more = wrong(answer);
    return more ? [`${what}: ${more}`] : [];
  });
  return found.flat().slice(0, 40);
}

const harmless = [200, 201, 202, 204, 400, 401, 402, 403, 404, 409, 412, 422];

function strangers(): [string, Client, readonly string[], Person | undefined][] {
  const { others } = people;
  return [
    ['nobody', new Client(shop), ['anonymous'], undefined],
    ['another guest', others['another guest'].client, ['anonymous', 'guest'], others['another guest']],
    ['another user', others['another user'].client, ['anonymous', 'user'], others['another user']],
    ['another vendor', others['another vendor'].client, ['anonymous', 'user', 'vendor'], others['another vendor']],
  ];
}

test('no stranger is let in, shown anything, or has an effect, on any operation with any id in the path', async () => {
  const before = await people.look();
  const owners: [string, Belongings][] = [
    ['the user’s', { ...people.vendor.owns, ...people.user.owns }],
    ['the guest’s', { ...people.user.owns, ...people.vendor.owns, ...people.guest.owns }],
  ];
  const unknown: string[] = [];
  const cells = api.operations.flatMap((operation) =>
    strangers().flatMap(([who, client, roles]) =>
      (operation.ids.length === 0 ? owners.slice(0, 1) : owners).flatMap(([whose, owns]): Cell[] => {
        const url = urlOf(operation, owns);
        if (!url) {
          unknown.push(`${named(operation)}: nobody owns anything for its parameters`);
          return [];
        }
        const refused = !operation.roles.includes('anonymous') && who === 'nobody' ? [401] : [403];
        const isAllowed = operation.roles.some((role) => roles.includes(role));
        const expected = !isAllowed ? refused : isOwned(operation) ? [403, 404] : harmless;
        // An answer of 404 to a body that would be refused in any case says nothing, so the body is a good one.
        const body = operation.body && api.example(operation.body);
        return [{ what: `${named(operation)} as ${who} on ${whose}`, expected, ask: () => send(client, operation, url, body) }];
      }),
    ),
  );
  expect(unknown).toEqual([]);
  expect(await findings(cells)).toEqual([]);
  expect(await people.look()).toEqual(before);
  atLeast(450, cells, 'Strangers and the ids in paths');
}, 120_000);

/** The places of a body where an id stands, and whose that id is. A category's may be a slug, too. */
function idsIn(body: Json): Place[] {
  return api.values(body).filter(({ schema, path }) => schema.pattern === '^[0-9a-f]{24}$' || path.at(-1) === 'category');
}

test('no id of somebody else’s in a body, under a path of one’s own, is taken', async () => {
  const before = await people.look();
  const foreign: Belongings = { ...people.vendor.owns, ...people.user.owns };
  const cells = api.operations.flatMap((operation) =>
    strangers().flatMap(([who, client, roles, person]) =>
      (operation.body ? idsIn(operation.body) : []).flatMap(({ path }): Cell[] => {
        const name = String(path.at(-1));
        const url = urlOf(operation, person?.owns ?? foreign);
        if (!url || !operation.body) return [];
        const isAllowed = operation.roles.some((role) => roles.includes(role));
        let body = withValue(api.example(operation.body), path, foreign[name] ?? foreign[String(path.at(-3))] ?? 'f'.repeat(24));
        // Of what excludes each other, only what is tried.
        if (name === 'shippingAddressId') body = { ...body, shippingAddress: undefined, payment: { token: 'pm_card_visa' } };
        if (name === 'savedMethodId') body = { ...body, shippingAddressId: undefined, payment: { savedMethodId: foreign[name] } };
        const refused = who === 'nobody' && !operation.roles.includes('anonymous') ? [401] : [403];
        const expected = isAllowed ? [403, 404, 409, 422] : refused;
        return [{ what: `${named(operation)} ${path.join('.')} as ${who}`, expected, ask: () => send(client, operation, url, body) }];
      }),
    ),
  );
  expect(await findings(cells)).toEqual([]);
  expect(await people.look()).toEqual(before);
  atLeast(50, cells, 'Strangers and the ids in bodies');
}, 120_000);

/** Whoever an operation lets in. */
function insider({ roles }: Operation): Client {
  if (roles.includes('user')) return people.others['another user'].client;
  if (roles.includes('guest')) return people.others['another guest'].client;
  if (roles.includes('admin')) return people.back;
  return roles.includes('vendor') ? people.others['another vendor'].client : new Client(shop);
}

const madeUp = 'ffffffffffffffffffffffff';
const tried = ({ path }: Operation): string => path.replace(/\{\w+\}/g, madeUp);

/** What nobody may set, but those whose operation says so. */
const smuggled: Json = {
  ...{
    role: 'admin',
    roles: ['admin'],
    isAdmin: true,
    kind: 'user',
    permissions: ['*'],
    emailVerified: true,
    passwordHash: 'x',
    sessionEpoch: 0,
  },
  ...{
    price: 1,
    basePrice: 1,
    priceAtPurchase: 1,
    lineTotal: 1,
    subtotal: 1,
    total: 1,
    totalAmount: 1,
    discountTotal: 1000,
    taxTotal: 0,
    currency: 'USD',
  },
  ...{ status: 'Processing', paymentStatus: 'captured', paymentDetails: { status: 'captured' }, history: [], orderNumber: 'CW-1' },
  ...{ owner: madeUp, ownerId: madeUp, userId: madeUp, user: madeUp, guestId: madeUp, vendor: madeUp, buyer: { kind: 'user', id: madeUp } },
  ...{ stock: 1000, onHand: 1000, reserved: 0, available: 1000, isActive: true, active: true, archivedAt: null },
  ...{
    id: madeUp,
    _id: madeUp,
    __v: 1,
    version: 7,
    revision: 7,
    eventCount: 1,
    createdAt: '2020-01-01T00:00:00.000Z',
    $set: { role: 'admin' },
  },
};

test('no field that an operation does not have is taken anywhere in its body', async () => {
  const before = await people.look();
  const cells = api.operations.flatMap((operation) => {
    const places = operation.body
      ? api.objects(operation.body)
      : operation.method === 'GET' || operation.file || /webhooks/.test(operation.path)
        ? []
        : [{ path: [], schema: {} }];
    const good = operation.body ? api.example(operation.body) : {};
    return places.flatMap(({ path, schema }) =>
      Object.entries(smuggled)
        .filter(([name]) => !(name in ((schema.properties ?? {}) as object)))
        .map(([name, value]): Cell & { readonly at: string } => {
          const at = [...path, name].join('.');
          const body = withValue(good, [...path, name], value);
          return {
            what: `${named(operation)} ${at}`,
            at,
            expected: [400],
            ask: () => send(insider(operation), operation, tried(operation), body),
          };
        }),
    );
  });
  const isNamed = ({ body }: Answer): string | undefined =>
    body.code === 'invalid_input' && body.errors.length === 1 && body.errors[0].code === 'unknown_field'
      ? undefined
      : JSON.stringify(body.errors ?? body);
  expect(await findings(cells, isNamed)).toEqual([]);
  expect(await people.look()).toEqual(before);
  atLeast(1_000, cells, 'Smuggled fields');
}, 180_000);

const operators = [{ $ne: null }, { $gt: '' }, { $regex: '.*' }, { $in: ['a'] }, { $where: '1' }, ['a', 'b'], [{ $ne: null }]];

test('no operator or list in place of a value is taken, in any body and in any query', async () => {
  const before = await people.look();
  const inBodies = api.operations.flatMap((operation) => {
    const { body } = operation;
    if (!body) return [];
    return api.values(body).flatMap((place) =>
      operators
        // A list of texts may hold texts; what is in it is tried by itself.
        .filter((operator) => !(place.path.at(-1) === 0 && Array.isArray(operator)))
        .map((operator): Cell => {
          const bad = withValue(api.example(body), place.path, operator);
          const what = `${named(operation)} ${place.path.join('.')} = ${JSON.stringify(operator)}`;
          return { what, expected: [400], ask: () => send(insider(operation), operation, tried(operation), bad) };
        }),
    );
  });
  const inQueries = api.operations.flatMap((operation) =>
    operation.query
      .filter(({ schema }) => schema.type !== 'object' && schema.type !== 'array')
      .flatMap(({ name }) =>
        ['[$ne]=', '[$gt]=', '[$regex]=.*', '[]=a', '[$where]=1'].map((operator): Cell => {
          const url = `${tried(operation)}?${name}${operator}`;
          return { what: `${named(operation)} ?${name}${operator}`, expected: [400], ask: () => send(insider(operation), operation, url) };
        }),
      ),
  );
  const inPaths = api.operations.flatMap((operation) =>
    operation.ids.flatMap((name) =>
      ['{"$ne":null}', '[$ne]', '$where', '../', '%00', "' || '1'=='1"].map((text): Cell => {
        const url = operation.path.replace(`{${name}}`, text === '%00' ? text : encodeURIComponent(text)).replace(/\{\w+\}/g, madeUp);
        const body = operation.body && api.example(operation.body);
        const what = `${named(operation)} with ${name} = ${text}`;
        return { what, expected: [400, 401, 403, 404, 405], ask: () => send(insider(operation), operation, url, body) };
      }),
    ),
  );
  const isNamed = ({ status, body }: Answer): string | undefined =>
    status === 400 && body.code !== 'invalid_input' ? body.code : undefined;
  expect(await findings(inBodies, isNamed)).toEqual([]);
  expect(await findings(inQueries)).toEqual([]);
  expect(await findings(inPaths)).toEqual([]);
  expect(await people.look()).toEqual(before);
  atLeast(700, inBodies, 'Operators in bodies');
  atLeast(250, inQueries, 'Operators in queries');
  atLeast(150, inPaths, 'Operators in paths');
}, 180_000);
