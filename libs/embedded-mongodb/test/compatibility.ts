import { accumulators } from '../src/aggregation/accumulators';
import { expressionOperators } from '../src/expressions/compile';
import { pipelineStages } from '../src/aggregation/pipeline';
import { commands } from '../src/commands/dispatch';
import { splitStage, stagesBehind, watchStage } from '../src/commands/watch';
import { projectionOperators } from '../src/query/projection';
import { filterOperators } from '../src/query/matcher';
import { schemaKeywords } from '../src/query/json-schema/schema';
import { updateOperators } from '../src/update/operator-update';

/** The generated part of COMPATIBILITY.md, from the tables that the server itself dispatches by. */
export function compatibilityTables(): string {
  return [
    '### Commands',
    '| Command | Options, besides the generic ones | Refused with 238 |\n| --- | --- | --- |\n' + commandRows().join('\n'),
    '### Operators',
    operators('Filter', filterOperators),
    operators('`$jsonSchema`', schemaKeywords),
    operators('Projection', projectionOperators),
    operators('Update', updateOperators),
    operators('Pipeline stages', [...pipelineStages, watchStage, splitStage]),
    operators(`Behind \`${watchStage}\``, [...stagesBehind, splitStage]),
    operators('Accumulators', accumulators),
    operators('Expressions', expressionOperators),
  ].join('\n\n');
}

function commandRows(): string[] {
  return Object.entries(commands)
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, { options, refused = [] }]) => {
      const taken = options.filter((option) => !refused.includes(option));
      return `| \`${name}\` | ${quoted(taken)} | ${quoted(refused)} |`;
    });
}

function operators(title: string, names: readonly string[]): string {
  return `**${title}**: ${quoted([...names].sort())}`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
