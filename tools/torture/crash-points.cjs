// Preloaded into the shop by `npm run torture`: ends the process with SIGKILL before or after its n-th write to the database or call to a payment gateway. The
// product knows nothing of it. CRASH_ARMED names a file; points are counted while it exists. CRASH_AT is "12:before" or "12:after"; without it the points
// are only written to CRASH_LOG, a line each.
const { appendFileSync, existsSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { subscribe } = require('node:diagnostics_channel');

const { CRASH_ARMED: armed, CRASH_AT: at = '', CRASH_LOG: log, CRASH_ROOT: root } = process.env;
const [wanted, when] = at.split(':');
const writes = new Set(['insert', 'update', 'delete', 'commitTransaction']);
let count = 0;

/** Counts the point; gives its number, or 0 while nothing is armed. */
function pass(label) {
  if (!existsSync(armed)) return 0;
  count += 1;
  if (!at) appendFileSync(log, `${label}\n`);
  crash(count, 'before', label);
  return count;
}

function crash(number, moment, label) {
  if (String(number) !== wanted || moment !== when) return;
  appendFileSync(log, `${moment} ${label}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const { Connection } = createRequire(join(root, 'package.json'))('mongodb/lib/cmap/connection.js');
const { command } = Connection.prototype;
Connection.prototype.command = async function (namespace, body, ...rest) {
  const name = Object.keys(body)[0];
  if (!writes.has(name)) return command.call(this, namespace, body, ...rest);
  const label = name === 'commitTransaction' ? name : `${name} ${body[name]}`;
  const number = pass(label);
  const answer = await command.call(this, namespace, body, ...rest);
  crash(number, 'after', label);
  return answer;
};

// The gateways' clients go through Node's own HTTP client, whose requests and answers are told here.
const numbers = new WeakMap();
const labelOf = (request) => `gateway ${request.method} ${request.path.replace(/_[A-Za-z0-9]{8,}/g, '_*').split('?')[0]}`;
subscribe('http.client.request.start', ({ request }) => numbers.set(request, pass(labelOf(request))));
subscribe('http.client.response.finish', ({ request }) => crash(numbers.get(request), 'after', labelOf(request)));
