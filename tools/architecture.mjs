// The house's plan as data: which part may import which, and which folder inside a context may import which. The lint rules are made from
// these tables (eslint.config.mjs), and architecture.spec.ts sees each of them refuse a forbidden import.

/** Parts by tier: a part may import the doors of all lower tiers, and of none beside or above it. */
export const tiers = [
  ['kernel', 'embedded-mongodb', 'payment-sandbox', 'sdk'],
  ['platform'],
  ['identity', 'inventory', 'payments', 'fulfilment'],
  ['catalog'],
  ['cart'],
  ['orders'],
  ['notifications'],
];

/** Parts that know nothing of the shop, and that only these may import. */
export const engines = { 'embedded-mongodb': ['platform'], 'payment-sandbox': [], sdk: [] };

/** What each folder of a context may import of its own context. */
export const rooms = {
  contract: [],
  model: ['contract'],
  store: ['model', 'contract'],
  gateways: ['model', 'contract'],
  usecases: ['model', 'store', 'gateways', 'contract'],
  http: ['usecases', 'model', 'contract'],
};

/** The rooms of the embedded database, from the bottom: each may import the rooms before it, none behind it. */
export const databaseRooms = [
  'bson',
  'values',
  'text',
  'expressions',
  'query',
  'aggregation',
  'update',
  'indexes',
  'storage',
  'transactions',
  'execution',
  'change-streams',
  'protocol',
  'commands',
  'server',
];

/** The parts that a part may import. */
export function allowedImports(part) {
  const tier = tiers.findIndex((parts) => parts.includes(part));
  return tiers
    .slice(0, tier)
    .flat()
    .filter((lower) => !(lower in engines) || engines[lower].includes(part));
}

export const parts = tiers.flat();
export const contexts = tiers.slice(2).flat();
