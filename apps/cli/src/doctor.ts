import { Doctor, type Examination } from '@cartwright/platform';
import { Refused } from './refused';
import { inShop } from './shop';

/** `doctor [invariants...]`: looks after what must always be true, and names each record of which it is not. Reads only. */
export async function doctor(names: readonly string[], { json = false }: { readonly json?: boolean }): Promise<void> {
  const examinations: Examination[] = [];
  await inShop(
    async (shop) => {
      for await (const examination of shop.get(Doctor).examine(names)) {
        examinations.push(examination);
        if (!json) process.stdout.write(`${examinationText(examination)}\n`);
      }
    },
    { readOnly: true },
  );
  if (json) process.stdout.write(`${JSON.stringify(examinations, null, 2)}\n`);
  const broken = examinations.filter((examination) => examination.broken > 0);
  if (broken.length > 0) throw new Refused(`${broken.length} of ${examinations.length} invariants are broken.`);
}

/** One invariant as people read it: whether it holds, and what breaks it. */
export function examinationText({ name, rule, findings, broken, ms }: Examination): string {
  const more = broken > findings.length ? [`    ... and ${broken - findings.length} more`] : [];
  const lines = findings.map(({ record, problem }) => `    ${record}: ${problem}`);
  return [`${broken === 0 ? 'ok    ' : 'BROKEN'} ${name} (${ms} ms)  ${rule}`, ...lines, ...more].join('\n');
}
