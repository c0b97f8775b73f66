import { isDocument } from '../bson/document';
import { typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import type { StageCompiler } from './stage';

/** Stages that begin a pipeline with documents of their own, and run on a database instead of a collection. */
export const sourceStages: Readonly<Record<string, StageCompiler>> = {
  $documents: (specification, context) => {
    const documents = context.expression(specification)({});
    if (!Array.isArray(documents) || !documents.every(isDocument)) throw failAt(5858203, '$documents must evaluate to an array of objects');
    return () => documents;
  },
  $currentOp: report,
  $listLocalSessions: report,
};

/** What the server tells about itself. Error: 9. */
function report(...[specification, { server }, name]: Parameters<StageCompiler>): ReturnType<StageCompiler> {
  if (!isDocument(specification))
    throw fail('FailedToParse', `${name} options must be specified in an object, but found: ${typeName(specification)}`);
  const documents = server.report?.(name as ServerReport, specification) ?? [];
  return () => documents;
}

/** The stages that tell about the server. */
export type ServerReport = '$currentOp' | '$listLocalSessions';

/** Whether a stage brings its own documents. */
export function isSource(name: string): boolean {
  return Object.hasOwn(sourceStages, name);
}
