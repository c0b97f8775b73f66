const { paths } = require('./tsconfig.json').compilerOptions;

/**
 * Three projects: `unit` (pure, with fakes, or on a database of its own), `e2e` (whole stories, against the built server) and `cluster` (the same
 * stories, against two API processes and two workers on one database and one Redis).
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

/** Whatever is answered in a story is held against the API document. */
const story = {
  testMatch: ['<rootDir>/apps/api/test/**/*.e2e-spec.ts'],
  setupFilesAfterEnv: ['<rootDir>/apps/api/test/support/answers-as-documented.ts'],
};

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
    { ...common, ...story, displayName: 'e2e' },
    {
      ...common,
      ...story,
      displayName: 'cluster',
      // What one process writes in its log and counts in its metrics is told by one; the model has no process at all. Who is let in and what is conventional, each process decides by the
      // token alone, so that thousands of requests to several of them tell nothing new; and the outage of Redis starts several processes in any case. The client, the examples, the guides and
      // Swagger UI say the same to one process as to several.
      testPathIgnorePatterns: [
        ...common.testPathIgnorePatterns,
        '/test/(logs|status|model|access|conventions|redis-outage|sdk|guides|examples|swagger-ui)\\.e2e-spec',
      ],
      setupFiles: [...common.setupFiles, '<rootDir>/apps/api/test/support/as-cluster.js'],
    },
  ],
};
