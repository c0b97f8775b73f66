/** What every context stands on: documents, transactions, the outbox with its inbox, repeated requests. */
const relay = 'libs/platform/src/messaging/relay.store.spec.ts';
const timers = 'libs/platform/src/messaging/timers.store.spec.ts';
const transactions = 'libs/platform/src/store/transactions.store.spec.ts';
const hostile = 'libs/platform/src/http/hostile-input.http.spec.ts';
const audit = 'libs/platform/src/audit/audit.store.spec.ts';
const auditChanges = 'libs/platform/src/audit/changes.spec.ts';
const idempotency = 'libs/platform/src/http/idempotency.http.spec.ts';

export const guardsOfTheHouse = [
  {
    name: 'unique index: an upload has each part once',
    file: 'libs/platform/src/store/uploads.ts',
    from: 'uploadPartSchema.index({ upload: 1, n: 1 }, { unique: true });',
    to: 'uploadPartSchema.index({ upload: 1, n: 1 });',
    test: ['libs/platform/src/store/uploads.store.spec.ts', 'each of its parts once'],
  },
  {
    name: 'a document is saved only as it was read',
    file: 'libs/platform/src/store/document-store.ts',
    from: '.replaceOne({ _id: next.id, version: next.version }, document',
    to: '.replaceOne({ _id: next.id }, document',
    test: [relay, 'an aggregate that was changed meanwhile is not overwritten'],
  },
  {
    name: 'a save that met nothing is refused',
    file: 'libs/platform/src/store/document-store.ts',
    from: 'if (matchedCount === 0) throw new StaleVersion({ subject: this.subject, id: next.id });',
    to: 'void matchedCount;',
    test: [relay, 'an aggregate that was changed meanwhile is not overwritten'],
  },
  {
    name: 'a change and its events are one transaction',
    file: 'libs/platform/src/store/document-store.ts',
    from: `      await this.context.transactions.run(async () => {
        await this.write(next, saved);
        this.announce(next, events, now);
      });`,
    to: `      await this.write(next, saved);
      this.announce(next, events, now);`,
    test: [relay, 'an aggregate that was changed meanwhile is not overwritten'],
  },
  {
    name: 'unique index: one event for each place in the sequence of an aggregate',
    file: 'libs/platform/src/messaging/outbox.ts',
    from: 'outboxSchema.index({ aggregate: 1, sequence: 1 }, { unique: true });',
    to: 'outboxSchema.index({ aggregate: 1, sequence: 1 });',
    test: [relay, 'a place in the sequence of an aggregate is taken once'],
  },
  {
    name: 'inbox: what a reaction does happens only while its name waits',
    file: 'libs/platform/src/messaging/relay.ts',
    from: 'if (first) await reaction.react',
    to: 'await reaction.react',
    test: [relay, 'an event that is delivered twice at once is applied once'],
  },
  {
    name: 'inbox: a reaction that reaches outside is not repeated once it is through',
    file: 'libs/platform/src/messaging/relay.ts',
    from: 'if (ownUntil < new Date() && !(await this.rows.exists({ _id: row.id, waiting: reaction.name }))) return false;',
    to: 'void ownUntil;',
    test: [relay, 'an event that is delivered twice at once is applied once'],
  },
  {
    name: 'inbox: the name leaves the list and the effects come in one transaction',
    file: 'libs/platform/src/messaging/relay.ts',
    from: `    return this.transactions.run(async () => {
      const first = await this.leaveInbox(reaction.name, row);
      if (first) await reaction.react(revive(row.name, row.data));
      return first;
    });`,
    to: `    const first = await this.leaveInbox(reaction.name, row);
      if (first) await reaction.react(revive(row.name, row.data));
      return first;`,
    test: [relay, 'only what failed is repeated'],
  },
  {
    name: 'a reaction’s effects are one transaction',
    file: 'libs/platform/src/messaging/relay.ts',
    from: `    return this.transactions.run(async () => {
      const first = await this.leaveInbox(reaction.name, row);
      if (first) await reaction.react(revive(row.name, row.data));
      return first;
    });`,
    to: `    await reaction.react(revive(row.name, row.data));
    return this.leaveInbox(reaction.name, row);`,
    test: [relay, 'a reaction that fails after its write leaves nothing behind'],
  },
  {
    name: 'events of an aggregate wait for those before them',
    file: 'libs/platform/src/messaging/relay.ts',
    from: 'if (mustWait.has(name) || ',
    to: 'void mustWait; if (',
    test: [relay, 'the events after it wait for their turn'],
  },
  {
    name: 'what one process has in hand no other takes meanwhile',
    file: 'libs/platform/src/messaging/relay.ts',
    from: 'const leaseMs = 30_000;',
    to: 'const leaseMs = 0;',
    test: [relay, 'an event in hand is not taken again before its lease ends'],
  },
  {
    name: 'a round of a timer is run by one process at a time',
    file: 'libs/platform/src/messaging/timers.ts',
    from: 'const due = { dueAt: trusted({ $lte: now }) };',
    to: 'const due = {};',
    test: [timers, 'several processes run one round at a time'],
  },
  {
    name: 'only who holds a timer gives it back',
    file: 'libs/platform/src/messaging/timers.ts',
    from: 'await this.rows.updateOne({ _id: name, holder }, { $set: { dueAt }, $unset: { holder: 1 } });',
    to: 'await this.rows.updateOne({ _id: name }, { $set: { dueAt }, $unset: { holder: 1 } });',
    test: [timers, 'who lost a timer does not give it back'],
  },
  {
    name: 'a transaction that met a conflict is repeated',
    file: 'libs/platform/src/store/transactions.ts',
    from: "return error instanceof mongo.MongoError && error.hasErrorLabel('TransientTransactionError');",
    to: 'return error instanceof mongo.MongoError && false;',
    test: [transactions, 'all go through, each on what the one before it left'],
  },
  {
    name: 'a command joins the transaction around it',
    file: 'libs/platform/src/store/transactions.ts',
    from: 'if (this.session) return work();',
    to: '',
    test: [relay, 'a transaction joins the one around it'],
  },
  {
    name: 'the outside world is not called inside a transaction',
    file: 'libs/platform/src/store/transactions.ts',
    from: 'if (this.session) throw new Error(`${what} must not be called inside a database transaction.`);',
    to: 'void what;',
    test: [transactions, 'call nobody outside'],
  },
  {
    name: 'an Idempotency-Key is of one request',
    file: 'libs/platform/src/http/idempotency.ts',
    from: 'if (earlier.fingerprint !== fingerprint) throw new IdempotencyKeyReused({});',
    to: '',
    test: [idempotency, 'is refused for another request'],
  },
  {
    name: 'an Idempotency-Key is the caller’s own',
    file: 'libs/platform/src/http/idempotency.ts',
    from: 'hash([whose, ',
    to: 'hash([whose && typeof whose, ',
    test: [idempotency, 'is its caller’s own'],
  },
  {
    name: 'conditional write: a request that holds its key runs alone',
    file: 'libs/platform/src/http/idempotency.ts',
    from: 'if (modifiedCount === 0) throw stillRunning((earlier.leaseUntil?.getTime() ?? 0) - now.getTime());',
    to: 'void modifiedCount;',
    test: [idempotency, 'is of the first of several at once'],
  },
  {
    name: 'conditional write: a lease is taken over only when it has ended',
    file: 'libs/platform/src/http/idempotency.ts',
    from: ', leaseUntil: trusted({ $lt: now }) },',
    to: ' },',
    test: [idempotency, 'is of the first of several at once'],
  },
  {
    name: 'a keyed request keeps its answer in the transaction of its work',
    file: 'libs/platform/src/http/idempotency.ts',
    from: ': this.transactions.run(work));',
    to: ': work());',
    test: [idempotency, 'is kept in the transaction of the work'],
  },
  {
    name: 'conditional write: who lost the key cannot commit',
    file: 'libs/platform/src/http/idempotency.ts',
    from: 'if (matchedCount === 0) throw stillRunning(leaseMs);',
    to: 'void matchedCount;',
    test: [idempotency, 'is kept in the transaction of the work'],
  },
  {
    name: 'lease: a request that reaches outside says that it is alive',
    file: 'libs/platform/src/http/idempotency.ts',
    from: 'const beat = setInterval(extend, beatMs);',
    to: 'const beat = setInterval(() => void extend, beatMs);',
    test: [idempotency, 'of work that reaches outside has no transaction'],
  },
  {
    name: 'an answer that says "try again" is not kept',
    file: 'libs/platform/src/http/idempotency.ts',
    from: 'const passing = problem.status >= 500 || problem.status === statusOf.too_many;',
    to: 'const passing = problem.status > 999;',
    test: [idempotency, 'is free again after an error of ours'],
  },
  {
    name: 'If-Match: an edit of what was changed since is refused',
    file: 'libs/platform/src/http/versioned.ts',
    from: 'if (expected !== undefined && current.version !== expected) throw new PreconditionFailed({ currentETag: `"${current.version}"` });',
    to: 'void [current, expected, PreconditionFailed];',
    test: ['libs/cart/src/http/cart.http.spec.ts', 'are told by the ETag, spare an answer, and guard an edit'],
  },
  {
    name: 'money of a live account is asked of its provider only',
    file: 'libs/platform/src/config/config.ts',
    from: 'return /^[a-z]+_live_/.test(secretKey) && foreign',
    to: 'return false && foreign',
    test: ['libs/platform/src/config/config.spec.ts', 'does not go to'],
  },
  {
    name: 'a body with two fields of one name is refused',
    file: 'libs/platform/src/http/json-body.ts',
    from: 'if (countNames(value) !== names) throw',
    to: 'if (countNames(value) < 0) throw',
    test: [hostile, 'two fields of one name'],
  },
  {
    name: 'a body that goes too deep is refused before anything is built of it',
    file: 'libs/platform/src/http/json-body.ts',
    from: 'if (depth > deepest) throw',
    to: 'if (depth < 0) throw',
    test: [hostile, 'a million brackets'],
  },
  {
    name: 'names of the object prototype are refused in a body',
    file: 'libs/platform/src/http/json-body.ts',
    from: 'if (forbidden.has(name)) throw',
    to: 'if (forbidden.has(`${name} `)) throw',
    test: [hostile, '__proto__'],
  },
  {
    name: 'fields are refused where a route takes none',
    file: 'libs/platform/src/http/untaken.ts',
    from: 'if (errors.length > 0) throw',
    to: 'if (errors.length < 0) throw',
    test: [hostile, 'a route without a body refuses fields'],
  },
  {
    name: 'an operator that a filter is not declared with is refused',
    file: 'libs/platform/src/http/filters.ts',
    from: 'if (!(operators as readonly string[]).includes(operator))',
    to: 'if (operator.length === 0)',
    test: ['libs/platform/src/http/filters.spec.ts', 'is refused, by the name of the field'],
  },
  {
    name: 'a registration counts what it tells of taken addresses',
    file: 'libs/identity/src/usecases/taken-addresses.ts',
    from: 'if (!(error instanceof EmailTaken)) await',
    to: 'await',
    test: ['libs/identity/src/usecases/taken-addresses.spec.ts', 'a hundred taken addresses are told'],
  },
  {
    name: 'a change and who did it are one transaction',
    file: 'libs/platform/src/audit/audit.ts',
    from: 'this.transactions.postpone(() => this.write(session));',
    to: 'this.transactions.afterCommit(() => void this.transactions.outside(() => this.model.collection.insertMany([entry])).catch(() => undefined));',
    test: [audit, 'is neither done nor written when the entry cannot be'],
  },
  {
    name: 'what follows from an act is nobody’s act',
    file: 'libs/platform/src/observability/context.ts',
    from: 'return storage.run({ context: { ...currentContext(), ...context } }, work);',
    to: 'return storage.run({ context: { ...currentContext(), ...context }, act: currentAct() }, work);',
    test: [audit, 'ends with its request'],
  },
  {
    name: 'what an admin buys is no act',
    file: 'libs/platform/src/http/access.guard.ts',
    from: 'access.some((role) => isStaff(role) && caller.roles.includes(role))',
    to: 'caller.roles.some(isStaff)',
    test: [audit, 'what a buyer does is not recorded'],
  },
  {
    name: 'what a buyer does is no act, where admins may do it as well',
    file: 'libs/platform/src/http/access.guard.ts',
    from: '=> isStaff(role) && caller.roles.includes(role)',
    to: '=> isStaff(role)',
    test: [audit, 'is an act where an admin does it'],
  },
  {
    name: 'no secret enters the audit log',
    file: 'libs/platform/src/audit/changes.ts',
    from: 'if (rules.isHidden(name, within)) return',
    to: 'if (!name) return',
    test: [auditChanges, 'tells of secrets, and of what says who somebody is, only that they changed'],
  },
];
