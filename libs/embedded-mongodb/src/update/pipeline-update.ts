import { compilePipeline } from '../aggregation/pipeline';
import type { Document } from '../bson/document';
import { fail } from '../errors';
import { atOnce } from '../values/breath';
import { identicalValues } from '../values/compare';
import { describeDifference } from './difference';
import { replaced } from './replacement';
import type { CompiledUpdate, UpdateOptions } from './update';
import { idFirst, seedDocument } from './upsert-seed';

const allowed = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith']);

/** Compiles an update by pipeline. Errors: 72 InvalidOptions for a stage that may not be used, and the stages' own. */
export function compilePipelineUpdate(stages: Document[], options: UpdateOptions): CompiledUpdate {
  for (const stage of stages) {
    const name = Object.keys(stage)[0] ?? '';
    if (!allowed.has(name)) throw fail('InvalidOptions', `${name} is not allowed to be used within an update`);
  }
  if (options.arrayFilters?.length) throw fail('FailedToParse', 'arrayFilters may not be specified for pipeline-syle updates');
  const compiled = (now: Date): ((document: Document) => Document) => {
    const { run } = compilePipeline(stages, { collection: () => [], now, variables: options.variables, collation: options.collation });
    return (document) => [...atOnce(run([document]))][0]!;
  };
  // `$$NOW` is the same for all documents of a command, so that one compilation serves them.
  let last: { now: Date; transform: (document: Document) => Document } | undefined;
  const transformAt = (now: Date): ((document: Document) => Document) => {
    if (last?.now !== now) last = { now, transform: compiled(now) };
    return last.transform;
  };
  compiled(new Date(0));
  return {
    kind: 'pipeline',
    apply: (document, _filter, now) => {
      const next = replaced(document, transformAt(now)(document));
      if (identicalValues(document, next)) return { document, changed: false };
      return { document: next, changed: true, describe: () => describeDifference(document, next) };
    },
    upsert: (filter, now) => {
      const seed = seedDocument(filter, now);
      const next = transformAt(now)(seed);
      return seed['_id'] === undefined ? idFirst(next) : replaced(seed, next);
    },
  };
}
