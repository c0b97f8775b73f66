import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Lint runs in a program of its own, because ESLint and its configuration are ES modules, which Jest cannot load as they are. */
const root = join(__dirname, '..');
const program = `
  import { ESLint } from 'eslint';
  const eslint = new ESLint({
    cwd: ${JSON.stringify(root)},
    ruleFilter: ({ ruleId }) => ruleId.startsWith('no-restricted'),
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } }, // none of these asks for types
  });
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const answers = [];
  for (const { file, code } of JSON.parse(text)) {
    const [result] = await eslint.lintText(code, { filePath: file });
    answers.push(result.messages.map((message) => message.ruleId ?? message.message));
  }
  process.stdout.write(JSON.stringify(answers));
`;

function lint(files: readonly { file: string; code: string }[]): string[][] {
  const input = JSON.stringify(files.map(({ file, code }) => ({ file: join(root, file), code })));
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, input, encoding: 'utf8' }),
  ) as string[][];
}

const forbidden = [
  ['a participant knows another', 'libs/payments/src/usecases/run-payment.ts', "import '@cartwright/inventory';"],
  ['a lower tier knows a higher one', 'libs/inventory/src/index.ts', "import '@cartwright/orders';"],
  ['the kernel knows the platform', 'libs/kernel/src/money.ts', "import '@cartwright/platform';"],
  ['an engine knows the shop', 'libs/payment-sandbox/src/index.ts', "import '@cartwright/payments';"],
  ['the SDK knows the shop', 'libs/sdk/src/index.ts', "import '@cartwright/kernel';"],
  ['a context uses the SDK', 'libs/orders/src/usecases/place-order.ts', "import '@cartwright/sdk';"],
  ['a context starts an engine', 'libs/orders/src/usecases/place-order.ts', "import '@cartwright/payment-sandbox';"],
  ['a part is entered beside its door', 'libs/orders/src/usecases/place-order.ts', "import '@cartwright/payments/src/model/payment';"],
  ['a part is entered by a relative path', 'libs/orders/src/usecases/place-order.ts', "import '../../../payments/src/model/payment';"],
  ['a model knows its store', 'libs/orders/src/model/order.ts', "import '../store/order.store';"],
  ['a model knows Nest', 'libs/orders/src/model/order.ts', "import '@nestjs/common';"],
  ['a model knows the database', 'libs/payments/src/model/payment.ts', "import 'mongoose';"],
  ['a store knows its use cases', 'libs/orders/src/store/order.store.ts', "import '../usecases/place-order';"],
  ['a use case knows HTTP', 'libs/orders/src/usecases/place-order.ts', "import '../http/order.dto';"],
  ['a controller goes to the store', 'libs/orders/src/http/orders.controller.ts', "import '../store/order.store';"],
  ['a context uses the in-memory event bus', 'libs/orders/src/usecases/place-order.ts', "import { EventBus } from '@nestjs/cqrs';"],
  ['a context uses Bull', 'libs/orders/src/usecases/place-order.ts', "import 'bull';"],
  ['a context throws HTTP exceptions', 'libs/orders/src/usecases/place-order.ts', "import { NotFoundException } from '@nestjs/common';"],
  ['a database room knows one above it', 'libs/embedded-mongodb/src/query/matcher.ts', "import '../execution/planner';"],
  ['a database room knows the engine', 'libs/embedded-mongodb/src/storage/writer.ts', "import '../engine';"],
  ['the environment is read outside the configuration', 'libs/orders/src/usecases/place-order.ts', 'export const x = process.env;'],
] as const;

const allowed = [
  ['orders knows payments by its door', 'libs/orders/src/usecases/place-order.ts', "import '@cartwright/payments';"],
  [
    'a use case knows its store and model',
    'libs/orders/src/usecases/place-order.ts',
    "import '../store/order.store'; import '../model/order';",
  ],
  ['a database room knows one below it', 'libs/embedded-mongodb/src/execution/planner.ts', "import '../query/matcher';"],
  ['the platform knows the embedded database', 'libs/platform/src/store/embedded-database.ts', "import '@cartwright/embedded-mongodb';"],
  ['the configuration reads the environment', 'libs/platform/src/config/config.ts', 'export const x = process.env;'],
] as const;

test('each rule of the architecture refuses its forbidden import, and lets the allowed ones pass', () => {
  const results = lint([...forbidden, ...allowed].map(([, file, code]) => ({ file, code })));
  const passed = forbidden.filter((_, index) => !results[index]?.some((rule) => rule.startsWith('no-restricted'))).map(([what]) => what);
  expect(passed).toEqual([]);
  const refused = allowed.filter((_, index) => (results[forbidden.length + index]?.length ?? 1) > 0).map(([what]) => what);
  expect(refused).toEqual([]);
}, 120_000);
