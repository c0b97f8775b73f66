import { ObjectId } from 'bson';
import type { Document } from '../bson/codec';
import { isTrue, type Command, type CommandContext, type CommandTable } from './command';

/** The MongoDB whose behaviour this server follows. */
export const serverVersion = '7.0.0';
// Higher ones would invite commands of MongoDB 8 that are not here, such as `bulkWrite` over several collections.
const wireVersion = 21;
const processId = new ObjectId();

/** The first thing a driver asks. Claims to be the primary of a set of one: only then do drivers use sessions and transactions. */
function hello(context: CommandContext): Document {
  const { engine, body, request, connection } = context;
  const application = (body['client'] as { application?: { name?: string } } | undefined)?.application;
  if (application?.name !== undefined) connection.appName = application.name;
  const me = `${engine.address.host}:${engine.address.port}`;
  const primary = request.name === 'hello' ? { isWritablePrimary: true } : { ismaster: true, helloOk: true };
  // No topologyVersion: it would promise streamed answers to a waiting `hello`.
  return {
    ...primary,
    setName: 'rs0',
    setVersion: 1,
    secondary: false,
    hosts: [me],
    primary: me,
    me,
    electionId: new ObjectId('7fffffff0000000000000001'),
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion: wireVersion,
    readOnly: false,
    ...(body['saslSupportedMechs'] !== undefined && { saslSupportedMechs: [] }),
  };
}

const helloCommand: Command = {
  options: [
    'helloOk',
    'client',
    'compression',
    'saslSupportedMechs',
    'speculativeAuthenticate',
    'topologyVersion',
    'maxAwaitTimeMS',
    'loadBalanced',
    'backpressure',
    'forShell',
    'hostInfo',
    'internalClient',
  ],
  run: hello,
};

export const handshakeCommands: CommandTable = {
  hello: helloCommand,
  ismaster: helloCommand,
  isMaster: helloCommand,
  ping: { options: [], run: () => ({}) },
  buildInfo: { options: [], run: buildInfo },
  buildinfo: { options: [], run: buildInfo },
  whatsmyuri: { options: [], run: () => ({ you: '127.0.0.1' }) },
  connectionStatus: {
    options: ['showPrivileges'],
    run: ({ body }) => ({
      authInfo: {
        authenticatedUsers: [],
        authenticatedUserRoles: [],
        ...(isTrue(body['showPrivileges']) && { authenticatedUserPrivileges: [] }),
      },
    }),
  },
};

function buildInfo(): Document {
  return {
    version: serverVersion,
    gitVersion: 'embedded-mongodb',
    modules: ['embedded-mongodb'],
    versionArray: [...serverVersion.split('.').map(Number), 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: 16 * 1024 * 1024,
    storageEngines: ['lmdb'],
    processId,
  };
}
