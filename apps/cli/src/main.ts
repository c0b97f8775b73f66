import 'reflect-metadata';
import { Refusal } from '@cartwright/kernel';
import { ConfigurationRefused, UnknownInvariant } from '@cartwright/platform';
import { Command, InvalidArgumentError } from 'commander';
import { createAdmin } from './create-admin';
import { doctor } from './doctor';
import { eraseAccount } from './erase-account';
import { importFile, type ImportOptions } from './import-file';
import { rebuildStock } from './rebuild-stock';
import { replay } from './replay';
import { Refused } from './refused';

const program = new Command('cartwright')
  .description(
    "The operator's commands. They work on MONGODB_URI, or on the embedded database of DATA_DIR, whether the shop is running or not.",
  )
  .showHelpAfterError();

program
  .command('import')
  .description(
    "take a catalogue: one JSON object a line, or CSV where the file is called so, gzip'd or not; known products (by externalId) are updated",
  )
  .argument('<file>', 'the catalogue')
  .option('--vendor <email>', 'whose products these are; the house sells them otherwise')
  .option('--stock <n>', 'pieces on hand of SKUs seen for the first time whose line says nothing', wholeNumber, 0)
  .option('--set-stock', 'also set the stock of known SKUs to what their line says')
  .option('--report <file>', 'write the report as JSON, too')
  .action((file: string, options: ImportOptions) => importFile(file, options));

program
  .command('create-admin')
  .description('make an admin; the password is asked for, or read from standard input')
  .argument('<email>')
  .option('--name <name>', 'how the admin is called', 'Admin')
  .action((email: string, options: { name: string }) => createAdmin(email, options));

program
  .command('erase-account')
  .description('erase an account whose owner asked for it in another way than by logging in; there is no way back')
  .argument('<account>', 'its email or id')
  .action((account: string) => eraseAccount(account));

program
  .command('doctor')
  .description('check what must always be true of money and stock, without changing anything; ends with 1 when something is not')
  .argument('[invariants...]', 'their names; all of them without')
  .option('--json', 'print the report as JSON')
  .action((names: string[], options: { json?: boolean }) => doctor(names, options));

program
  .command('replay')
  .description('fold the events of an order and hold the result against the order; ends with 1 when they differ')
  .argument('<orderNumber>')
  .option('--json', 'print it as JSON')
  .action((orderNumber: string, options: { json?: boolean }) => replay(orderNumber, options));

program
  .command('rebuild-stock')
  .description('make stock levels anew from their ledger where they are not what it adds up to; ends with 1 when a ledger itself is wrong')
  .argument('[skus...]', 'only these; all of them without')
  .action((skus: string[]) => rebuildStock(skus));

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0 to 999999999.');
  return Number(text);
}

program.parseAsync().then(
  () => process.exit(0),
  (error: unknown) => {
    const known = [Refusal, Refused, ConfigurationRefused, UnknownInvariant].some((kind) => error instanceof kind);
    const text = known || !(error instanceof Error) ? String((error as Error).message) : (error.stack ?? error.message);
    process.stderr.write(`${text}\n${fieldsOf(error)}`);
    process.exit(1);
  },
);

/** A refusal of input names each field. */
function fieldsOf(error: unknown): string {
  const { errors = [] } = error instanceof Refusal ? (error.details as { errors?: readonly { path: string; message: string }[] }) : {};
  return errors.map(({ path, message }) => `  ${path}: ${message}\n`).join('');
}
