import { isDocument, type Document } from '../bson/document';
import { failAt } from '../errors';
import { choosingStages, sortStage, wholeNumber } from './choosing-stages';
import { groupingStages } from './grouping-stages';
import { joiningStages } from './joining-stages';
import { shapingStages } from './shaping-stages';
import { textClauseOf } from '../query/text-clause';
import type { Paced } from '../values/breath';
import { isSource, sourceStages } from './source-stages';
import type { Stage, StageCompiler, StageContext } from './stage';

/** The stages that turn documents into documents, by name. */
export const stageTable: Readonly<Record<string, StageCompiler>> = {
  ...choosingStages,
  ...shapingStages,
  ...groupingStages,
  ...joiningStages,
  ...sourceStages,
};

/**
 * Compiles each stage of a pipeline; `searched` tells that the server answers a `$text` in the first stage itself.
 * Errors: 40323, 40324, 17313, and the stages' own.
 */
export function compileEach(stages: readonly Document[], context: StageContext, searched = false): Stage[] {
  return stages.map((stage, i) => {
    const name = stageName(stage);
    if (name === '$match' && isDocument(stage[name]) && textClauseOf(stage[name]) !== undefined) {
      if (i > 0 || !searched) throw failAt(17313, '$match with $text is only allowed as the first pipeline stage');
      return (input) => input;
    }
    if (name === '$sort') return sortStage(stage[name], context, limitAfter(stages, i));
    if (name === '$out' || name === '$merge') throw failAt(40601, `${name} can only be the final stage in the pipeline`);
    if (isSource(name) && i > 0) throw failAt(40602, `${name} is only valid as the first stage in a pipeline`);
    if (name === '$changeStream') throw failAt(40602, '$changeStream is only valid as the first stage in a pipeline');
    if (!Object.hasOwn(stageTable, name)) throw failAt(40324, `Unrecognized pipeline stage name: '${name}'`);
    return stageTable[name]!(stage[name], context, name);
  });
}

export function stageName(stage: unknown): string {
  if (!isDocument(stage)) throw failAt(40322, "Each element of the 'pipeline' array must be an object");
  const names = Object.keys(stage);
  if (names.length !== 1) throw failAt(40323, 'A pipeline stage specification object must contain exactly one field.');
  return names[0]!;
}

/** How many documents are wanted of the stage at a place, by the $skip and $limit behind it; undefined for all. */
export function limitAfter(stages: readonly Document[], place: number): number | undefined {
  let skipped = 0;
  for (const stage of stages.slice(place + 1)) {
    const name = stageName(stage);
    if (name === '$skip') skipped += wholeNumber(stage[name], 5107200, name);
    else return name === '$limit' ? skipped + wholeNumber(stage[name], 5107201, name) : undefined;
  }
  return undefined;
}

export function runAll(stages: readonly Stage[], input: Paced<Document>): Paced<Document> {
  return stages.reduce((documents, stage) => stage(documents), input);
}
