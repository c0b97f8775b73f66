const { paths } = require('./tsconfig.json').compilerOptions;

/**
 * Three projects: `unit` (pure, with fakes, or on a database of its own), `e2e` (whole stories, against the built server: one process without Redis) and `cluster` (stories
 * against two API processes and two workers on one database and one Redis). `SHOP=cluster npx jest --selectProjects e2e cluster` tells every story to several.
 */
const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // NestJS 12 and a few of its dependencies are ES modules, which Jest's CommonJS mode cannot load as they are.
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|file-type|load-esm|cookie|content-disposition|strtok3|token-types|uint8array-extras|es-toolkit|@tokenizer|@borewit)/)',
  ],
  moduleNameMapper: Object.fromEntries(Object.entries(paths).map(([name, [file]]) => [`^${name}$`, `<rootDir>/${file.slice(2)}`])),
  setupFiles: ['reflect-metadata'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

/** What several processes could do to each other is told to several. */
const between = ['backorder', 'coming-back', 'held-money', 'import-http', 'races', 'razorpay'];
/** What a shop stands or falls by is told to one and to several. */
const both = ['crash', 'fail-over', 'limits', 'purchase'];

/** Whatever is answered in a story is held against the API document. */
const story = { setupFilesAfterEnv: ['<rootDir>/apps/api/test/support/answers-as-documented.ts'] };
const named = (name) => `<rootDir>/apps/api/test/${name}.e2e-spec.ts`;

module.exports = {
  testTimeout: 30_000,
  // Jest would leave a core free: on a machine of two it would run one file at a time.
  maxWorkers: '100%',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/libs/**/*.spec.ts', '<rootDir>/tools/**/*.spec.ts', '<rootDir>/apps/**/src/**/*.spec.ts'],
    },
    {
      ...common,
      ...story,
      displayName: 'e2e',
      testMatch: [named('*')],
      testPathIgnorePatterns: [...common.testPathIgnorePatterns, `/test/(${between.join('|')})\\.e2e-spec`],
    },
    {
      ...common,
      ...story,
      displayName: 'cluster',
      testMatch: [...between, ...both].map(named),
      setupFiles: [...common.setupFiles, '<rootDir>/apps/api/test/support/as-cluster.js'],
    },
  ],
};
