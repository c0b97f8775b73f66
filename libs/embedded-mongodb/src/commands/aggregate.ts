import { runsOnDatabase } from '../aggregation/pipeline';
import { decode, encode, type Document } from '../bson/codec';
import { isDocument } from '../bson/document';
import { fail } from '../errors';
import { mapped, type Paced } from '../values/breath';
import { withTextScore } from '../values/text-score';
import { findDocuments, findNothing } from '../execution/find-documents';
import type { Reply } from '../protocol/reply';
import { collectionName, countOption, documentOption, findCollection, isTrue, type CommandContext, type CommandTable } from './command';
import { countMatching, readCounting } from './counting';
import { explainCommand } from './explain';
import { forEach } from './give-way';
import { writeOutput } from './pipeline-output';
import { preparePipeline, type PreparedPipeline } from './prepare-pipeline';
import { everyLevel } from './read-concern';
import { encoded } from './statements';
import { openCursor } from './read-commands';
import { isChangeStream, watch } from './watch';

const options = ['pipeline', 'cursor', 'allowDiskUse', 'bypassDocumentValidation', 'collation', 'hint', 'let', 'explain', 'batchSize'];

export const aggregateCommands: CommandTable = {
  aggregate: { options, inTransaction: true, takesReadConcern: everyLevel, takesWriteConcern: writes, run: aggregate },
};

/** Only a pipeline that ends in `$out` or `$merge` writes; explaining one has a refusal of its own. */
function writes({ pipeline, explain }: Document): boolean {
  const last: unknown = Array.isArray(pipeline) ? pipeline.at(-1) : undefined;
  return isTrue(explain) || (isDocument(last) && ('$out' in last || '$merge' in last));
}

async function aggregate(context: CommandContext): Promise<Reply> {
  const { body, request } = context;
  if (isTrue(body['explain'])) return explainCommand(context, 'aggregate', body);
  const cursor = documentOption(body, 'cursor');
  if (!cursor) throw fail('FailedToParse', "The 'cursor' option is required, except for aggregate with the explain argument");
  // `aggregate: 1` runs on the database: only stages that bring their own documents make sense there.
  const onDatabase = body[request.name] === 1;
  const name = onDatabase ? '$cmd.aggregate' : collectionName(context);
  if (isChangeStream(body['pipeline'])) return watch(context, onDatabase ? undefined : name);
  checkSource(onDatabase, body['pipeline']);
  const counting = readCounting(body['pipeline']);
  if (counting) {
    const n = await countMatching(context, counting);
    // A group of nothing has no row.
    return openCursor(context, name, n === 0 ? [] : [Buffer.from(encode({ _id: 1, n }))], {});
  }
  const prepared = preparePipeline(context);
  const { terminal } = prepared.compiled;
  const output = run(context, name, prepared);
  if (terminal) {
    if (context.readConcern.level === 'linearizable')
      throw fail('InvalidOptions', `${terminal.stage} cannot be used with a 'linearizable' read concern level`);
    const documents: Document[] = [];
    await forEach(context, output, (document) => documents.push(document));
    await writeOutput(context, terminal, documents);
    return openCursor(context, name, [], {});
  }
  return openCursor(context, name, mapped(output, encoded), { batchSize: countOption(cursor, 'batchSize') });
}

/** On a collection its documents come first, on a database those that a stage brings. Error: 73. */
function checkSource(onDatabase: boolean, pipeline: unknown): void {
  const stage = Object.keys((pipeline as Document[] | undefined)?.[0] ?? {})[0];
  const source = stage !== undefined && runsOnDatabase(stage);
  if (onDatabase && !source)
    throw fail('InvalidNamespace', `{aggregate: 1} is not valid for '${String(stage)}'; a collection is required.`);
  if (!onDatabase && source) throw fail('InvalidNamespace', `'${stage}' can only be run with {aggregate: 1}`);
}

/** The pipeline's output, from whatever the index left to read. */
function run(context: CommandContext, name: string, { compiled, query, applied }: PreparedPipeline): Paced<Document> {
  const collection = findCollection(context, name);
  const found = collection ? findDocuments({ view: context.view, collection, work: context.engine.work }, query) : findNothing(query);
  return compiled.runAfter(
    applied,
    mapped(found, ({ bytes, textScore }) => withTextScore(decode(bytes), textScore)),
  );
}
