import type { Document } from '../bson/document';
import { compileExpression } from '../expressions/compile';
import type { Paced } from '../values/breath';
import type { Collation } from '../values/collation';
import type { PipelineContext } from './pipeline';

/** A stage, compiled: documents in, documents out, and the breaths that come in between. */
export type Stage = (input: Paced<Document>) => Paced<Document>;

export type Expression = (document: Document) => unknown;

/** What stages are compiled in: the server's side, the variables, and how to compile what they contain. */
export class StageContext {
  constructor(
    readonly server: PipelineContext,
    /** The values of the variables, `NOW` included; read when evaluated, as `$lookup` sets its own anew for each document. */
    readonly variables: Document,
    private readonly compileStages: (stages: Document[], context: StageContext) => Stage,
  ) {}

  get collation(): Collation | undefined {
    return this.server.collation;
  }

  expression(expression: unknown): Expression {
    return compileExpression(expression, { collation: this.collation, variables: this.variables });
  }

  /** Compiles a pipeline inside a stage. */
  pipeline(stages: Document[], variables: Document = this.variables): Stage {
    return this.compileStages(stages, new StageContext(this.server, variables, this.compileStages));
  }
}

/** Compiles `{ $stage: specification }`. */
export type StageCompiler = (specification: unknown, context: StageContext, name: string) => Stage;
