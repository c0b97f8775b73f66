// Makes ESLint's `no-restricted-imports` and `no-restricted-syntax` out of the architecture table, one block for each part and room.
import { allowedImports, contexts, databaseRooms, parts, rooms } from './architecture.mjs';

const bannedNames = ['EventBus', 'EventPublisher', 'AggregateRoot'];
const events = {
  name: '@nestjs/cqrs',
  importNames: bannedNames,
  message: 'Events leave only through a store’s save(); Nest’s in-memory bus loses what a crash interrupts.',
};
const bull = {
  group: ['bull', '@nestjs/bull', '@nestjs/bull/*'],
  message: 'Bull is the platform’s transport; contexts say what, not how.',
};
const processEnv = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'The environment is read once, in libs/platform/src/config.',
};
const httpExceptions = {
  group: ['@nestjs/common'],
  importNamePattern: 'Exception$',
  message: 'Refuse with a declared refusal; the one filter turns it into HTTP.',
};

/** Everything that files of this part must not import: doors above or beside it, and other parts by path. */
function forbiddenParts(part) {
  const allowed = allowedImports(part);
  const doors = parts.filter((other) => other !== part && !allowed.includes(other)).map((other) => `@cartwright/${other}`);
  return [
    ...(doors.length > 0
      ? [
          {
            group: doors,
            message: `${part} may import only the doors of lower tiers: ${allowed.join(', ') || 'none'} (tools/architecture.mjs).`,
          },
        ]
      : []),
    { group: ['@cartwright/*/*'], message: 'A part is entered by its door only.' },
    { regex: `(^|/)\\.\\./(\\.\\./)*(${parts.join('|')})/src/`, message: 'A part is entered by its door, @cartwright/name.' },
  ];
}

/** What a room of a context must not import from the other rooms. */
function forbiddenRooms(room) {
  const closed = Object.keys(rooms).filter((other) => other !== room && !rooms[room].includes(other));
  return closed.length > 0
    ? [
        {
          group: closed.map((other) => `../${other}/*`),
          message: `${room}/ may use only ${rooms[room].join(', ') || 'nothing'} of its context.`,
        },
      ]
    : [];
}

const pureRooms = {
  group: ['@nestjs/*', 'mongoose', 'mongodb', 'stripe', '@cartwright/platform', 'node:fs*', 'node:http*'],
  message: 'model/ is plain data and pure functions.',
};
/** What a room of the embedded database must not import: the rooms above it, and, below the commands, the engine that wires them. */
function roomsAbove(room) {
  const position = databaseRooms.indexOf(room);
  const above = databaseRooms.slice(position + 1).map((other) => `../${other}/*`);
  const group = position < databaseRooms.indexOf('commands') ? [...above, '../engine'] : above;
  return group.length > 0 ? [{ group, message: `${room}/ may import only the rooms before it (tools/architecture.mjs).` }] : [];
}

const specs = ['**/*.spec.ts', '**/*.e2e-spec.ts', '**/testing/**', 'libs/*/test/**', 'apps/*/test/**'];

export function importRules() {
  const ofParts = parts.map((part) => block([`libs/${part}/**/*.ts`], [...forbiddenParts(part), ...common(part)], part));
  const ofRooms = contexts.flatMap((context) =>
    Object.keys(rooms).map((room) => {
      const pure = room === 'model' ? [pureRooms] : [];
      return block(
        [`libs/${context}/src/${room}/**/*.ts`],
        [...forbiddenParts(context), ...common(context), ...forbiddenRooms(room), ...pure],
        context,
      );
    }),
  );
  const ofDatabaseRooms = databaseRooms.map((room) =>
    block(
      [`libs/embedded-mongodb/src/${room}/**/*.ts`],
      [...forbiddenParts('embedded-mongodb'), ...common('embedded-mongodb'), ...roomsAbove(room)],
      'embedded-mongodb',
    ),
  );
  const env = {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['libs/platform/src/config/**', ...specs],
    rules: { 'no-restricted-syntax': ['error', processEnv] },
  };
  return [...ofParts, ...ofRooms, ...ofDatabaseRooms, env];
}

function common(part) {
  return part === 'platform' ? [] : [bull, ...(contexts.includes(part) ? [httpExceptions] : [])];
}

function block(files, patterns, part) {
  const paths = part === 'platform' ? [] : [events];
  return { files, ignores: specs, rules: { 'no-restricted-imports': ['error', { paths, patterns }] } };
}
