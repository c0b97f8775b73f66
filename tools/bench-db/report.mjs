import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';

/** What was aimed at with 16 clients: shares of `ping`, and a scan as a multiple of a find of 20. */
const aims = {
  'findOne by _id': 0.6,
  'find 20 by index, sorted': 0.2,
  'updateOne $inc': 0.4,
  insertOne: 0.45,
  'transaction of three': 0.1,
};
const longestScan = 40;

/** The results as tables. */
export function markdown(report) {
  return [...aimsTable(report), ...hostTables(report), ...memoryTable(report)].join('\n');
}

/** Writes the tables into libs/embedded-mongodb/BENCHMARKS.md, with when, of what and on what they were measured. */
export async function writeReport(root, report) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const changed = execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: root, encoding: 'utf8' }) !== '';
  const head = [
    '# What embedded-mongodb does per second',
    '',
    `Measured by \`npm run bench:db -- --write\` on ${report.at.slice(0, 16).replace('T', ' ')} UTC at ${commit}${changed ? ' with changes' : ''}, Node ${report.node}, ${report.cores} cores of ${report.cpu}; ${report.documents} documents of about 1.5 KB, ${report.seconds} s for each operation. The driver, the server and what measures share the machine, so ratios tell more than rates: each is to the driver's own \`ping\`, measured with as many clients right before and after. Server time is the CPU time that the server spent per operation.`,
    '',
    '',
  ];
  const path = join(root, 'libs/embedded-mongodb/BENCHMARKS.md');
  const options = await prettier.resolveConfig(path);
  writeFileSync(path, await prettier.format(`${head.join('\n')}${markdown(report)}\n`, { ...options, filepath: path }));
}

function aimsTable({ results }) {
  const hosts = [...new Set(results.map(({ mode, transport }) => `${mode}, ${transport}`))];
  const at16 = (host, name) =>
    results.find((one) => `${one.mode}, ${one.transport}` === host && one.clients === 16 && one.name.startsWith(name));
  if (!hosts.some((host) => at16(host, 'findOne'))) return [];
  const cell = (value, reached) => (value === undefined ? '' : `${reached ? '' : '**'}${value}${reached ? '' : '**'}`);
  const shares = Object.entries(aims).map(([name, aim]) => {
    const cells = hosts.map((host) => at16(host, name)?.ofPing).map((share) => cell(share?.toFixed(2), share >= aim));
    return `| ${name} | ${aim} of ping | ${cells.join(' | ')} |`;
  });
  const scans = hosts.map((host) => at16(host, 'scan')?.ofFind).map((times) => cell(times?.toFixed(1), times < longestScan));
  return [
    '## 16 clients, against what was aimed at',
    '',
    `| what | aim | ${hosts.join(' | ')} |`,
    `| --- | --- | ${hosts.map(() => '---').join(' | ')} |`,
    ...shares,
    `| a scan | under ${longestScan} finds of 20 | ${scans.join(' | ')} |`,
    '',
    "What misses its aim is in bold. The scan is one client's, compared with what 16 clients wait for a find of 20.",
    '',
  ];
}

function hostTables({ results }) {
  const lines = [];
  let last = '';
  for (const { mode, transport, clients, startMs, ...row } of results) {
    const title = `${mode}, ${transport}, ${clients} ${clients === 1 ? 'client' : 'clients'}`;
    if (title !== last) lines.push(...tableHead(title, startMs));
    last = title;
    lines.push(tableRow(row));
  }
  return [...lines, ''];
}

function tableHead(title, startMs) {
  return [
    '',
    `## ${title}`,
    '',
    `Start to first answer: ${Math.round(startMs)} ms.`,
    '',
    '| what | per second | p50 ms | p99 ms | server µs | ratio | slowest ping meanwhile |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
}

function tableRow({ name, perSecond, p50, p99, serverMicros, ofPing, ofFind, slowestPing }) {
  const ratio = ofPing === undefined ? (ofFind === undefined ? '' : `${ofFind.toFixed(1)} finds of 20`) : `${ofPing.toFixed(2)} of ping`;
  const waited = slowestPing === undefined ? '' : `${Math.round(slowestPing)} ms`;
  return `| ${name} | ${Math.round(perSecond)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} | ${Math.round(serverMicros)} | ${ratio} | ${waited} |`;
}

function memoryTable({ memory }) {
  if (memory.length === 0) return [];
  return [
    '## Memory',
    '',
    'A server in a process of its own, after the same 20,000 point reads and 5 scans each time. What is mapped is the data file itself; the system takes it back when somebody else needs the memory.',
    '',
    '| documents | own memory MB | data file mapped MB |',
    '| --- | --- | --- |',
    ...memory.map(({ documents, ownMb, mappedMb }) => `| ${documents} | ${ownMb} | ${mappedMb} |`),
  ];
}
