// Preloaded into the shop by `npm run torture`: ends the process with SIGKILL before or after a certain write to the database or call to a payment gateway. The
// product knows nothing of it. CRASH_PLAN names a file that says "point|moment|number"; points are counted while it exists, from anew when its text is another.
// A point is what is done and the how manieth of its kind it is: "insert orders#1". Those passed (or, with a point in the plan, the one that was met) go to CRASH_LOG.
const { appendFileSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { subscribe } = require('node:diagnostics_channel');

const { CRASH_PLAN: planFile, CRASH_LOG: log, CRASH_ROOT: root } = process.env;
// An event's `insert outbox` is what other systems call to enqueue; there is no other queue.
const writes = new Set(['insert', 'update', 'delete', 'findAndModify', 'commitTransaction']);
let plan = '';
let counts = new Map();

/** Counts the point, and ends the process before it when that is the plan. Gives its name, or undefined while nothing is planned. */
function pass(label) {
  const text = planned();
  if (text === undefined) return undefined;
  if (text !== plan) [plan, counts] = [text, new Map()];
  counts.set(label, (counts.get(label) ?? 0) + 1);
  const point = `${label}#${counts.get(label)}`;
  if (text.startsWith('|')) appendFileSync(log, `${point}\n`);
  end(point, 'before');
  return point;
}

function end(point, moment) {
  if (point === undefined || !plan.startsWith(`${point}|${moment}|`)) return;
  appendFileSync(log, `${moment} ${point}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function planned() {
  try {
    return readFileSync(planFile, 'utf8');
  } catch {
    return undefined;
  }
}

const { Connection } = createRequire(join(root, 'package.json'))('mongodb/lib/cmap/connection.js');
const { command } = Connection.prototype;
Connection.prototype.command = async function (namespace, body, ...rest) {
  const name = Object.keys(body)[0];
  if (!writes.has(name)) return command.call(this, namespace, body, ...rest);
  const point = pass(name === 'commitTransaction' ? name : `${name} ${body[name]}`);
  const answer = await command.call(this, namespace, body, ...rest);
  end(point, 'after');
  return answer;
};

// The gateways' clients go through Node's own HTTP client, whose requests and answers are told here.
const points = new WeakMap();
const labelOf = ({ method, path }) => `${method} ${path.replace(/_[A-Za-z0-9]{8,}/g, '_*').split('?')[0]}`;
subscribe('http.client.request.start', ({ request }) => points.set(request, pass(labelOf(request))));
subscribe('http.client.response.finish', ({ request }) => end(points.get(request), 'after'));
