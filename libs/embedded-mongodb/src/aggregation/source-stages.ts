import { isDocument } from '../bson/document';
import { typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import type { StageCompiler } from './stage';

/** Stages that begin a pipeline with documents of their own. They run on a database instead of a collection, but for `$collStats`. */
export const sourceStages: Readonly<Record<string, StageCompiler>> = {
  $documents: (specification, context) => {
    const documents = context.expression(specification)({});
    if (!Array.isArray(documents) || !documents.every(isDocument)) throw failAt(5858203, '$documents must evaluate to an array of objects');
    return () => documents;
  },
  $currentOp: report,
  $listLocalSessions: report,
  $collStats: (specification, context, name) => {
    if (isDocument(specification)) return report(specification, context, name);
    throw failAt(5447000, `$collStats must take a nested object but found: ${typeName(specification)}`);
  },
};

/** What the server tells about itself. Error: 9. */
function report(...[specification, { server }, name]: Parameters<StageCompiler>): ReturnType<StageCompiler> {
  if (!isDocument(specification))
    throw fail('FailedToParse', `${name} options must be specified in an object, but found: ${typeName(specification)}`);
  const documents = server.report?.(name as ServerReport, specification) ?? [];
  return () => documents;
}

/** The stages that tell about the server. */
export type ServerReport = '$currentOp' | '$listLocalSessions' | '$collStats';

/** Whether a stage brings its own documents. */
export function isSource(name: string): boolean {
  return Object.hasOwn(sourceStages, name);
}

/** Whether a stage runs on a database, that is with `{aggregate: 1}`. */
export function runsOnDatabase(name: string): boolean {
  return isSource(name) && name !== '$collStats';
}
