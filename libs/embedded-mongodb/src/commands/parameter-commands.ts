import type { Document } from '../bson/codec';
import { fail } from '../errors';
import { toNumber, type CommandContext, type CommandTable } from './command';

export const parameterCommands: CommandTable = {
  getParameter: {
    options: ['allParameters', 'featureCompatibilityVersion', 'transactionLifetimeLimitSeconds', 'enableTestCommands'],
    run: getParameter,
  },
  setParameter: { options: ['transactionLifetimeLimitSeconds'], run: setParameter },
};

function getParameter({ engine, body }: CommandContext): Document {
  const all: Document = {
    featureCompatibilityVersion: { version: '7.0' },
    transactionLifetimeLimitSeconds: engine.sessions.longestTransaction,
    enableTestCommands: true,
  };
  if (body['getParameter'] === '*' || body['allParameters']) return all;
  const asked = Object.entries(all).filter(([name]) => name in body);
  if (asked.length === 0) throw fail('InvalidOptions', 'no option found to get');
  return Object.fromEntries(asked);
}

/** Holds until the server stops. Errors: 72 when nothing is set, 14 and 2 for a value that is none. */
function setParameter({ engine: { sessions }, body }: CommandContext): Document {
  const stated: unknown = body['transactionLifetimeLimitSeconds'];
  if (stated === undefined) throw fail('InvalidOptions', 'no option found to set, use help:true to see options');
  const seconds = toNumber(stated);
  if (seconds === undefined) throw fail('TypeMismatch', 'transactionLifetimeLimitSeconds must be a number');
  if (!(seconds >= 1))
    throw fail('BadValue', `Invalid value for parameter transactionLifetimeLimitSeconds: ${seconds} is not greater than or equal to 1`);
  const was = sessions.longestTransaction;
  sessions.longestTransaction = seconds;
  return { was };
}
