import { isDocument, type Document } from '../bson/document';
import { show } from '../bson/show';
import { typeName } from '../bson/types';
import { failAt, MongoError } from '../errors';
import { mapped } from '../values/breath';
import { splitFieldPath } from '../values/field-path';
import { compileSpec } from '../query/projection-spec';
import { keepTextScore } from '../values/text-score';
import { Branch, compute } from '../query/projection-tree';
import type { Stage, StageCompiler, StageContext } from './stage';

/** Stages that give each document another shape. */
export const shapingStages: Readonly<Record<string, StageCompiler>> = {
  $project: (specification, context) => {
    if (!isDocument(specification)) throw failAt(15969, '$project specification must be an object');
    if (Object.keys(specification).length === 0) {
      throw failAt(51272, 'Invalid $project :: caused by :: projection specification must have at least one field');
    }
    return each(named('$project', () => compileSpec(specification, { collation: context.collation, variables: context.variables })));
  },
  $addFields: addFields,
  $set: addFields,
  $unset: (specification) => {
    const paths = Array.isArray(specification) ? (specification as unknown[]) : [specification];
    if (!Array.isArray(specification) && typeof specification !== 'string')
      throw failAt(31002, '$unset specification must be a string or an array');
    if (paths.length === 0) throw failAt(31119, '$unset specification must be a string or an array with at least one field');
    if (!paths.every((path): path is string => typeof path === 'string'))
      throw failAt(31120, '$unset specification must be a string or an array containing only string values');
    const twice = paths.find((path, i) => paths.indexOf(path) < i);
    if (twice !== undefined) throw failAt(31250, `Invalid $unset :: caused by :: Path collision at ${twice}`);
    return each(named('$unset', () => compileSpec(Object.fromEntries(paths.map((path) => [path, 0])), {})));
  },
  $replaceRoot: (specification, context) => {
    if (!isDocument(specification))
      throw failAt(40229, `expected an object as specification for $replaceRoot stage, got ${typeName(specification)}`);
    const unknown = Object.keys(specification).find((name) => name !== 'newRoot');
    if (unknown !== undefined) throw failAt(40415, `BSON field '$replaceRoot.${unknown}' is an unknown field.`);
    if (!('newRoot' in specification)) throw failAt(40414, "BSON field '$replaceRoot.newRoot' is missing but a required field");
    return replaceRoot(specification['newRoot'], context);
  },
  $replaceWith: replaceRoot,
};

function each(shape: (document: Document) => Document): Stage {
  return (input) => mapped(input, (document) => keepTextScore(document, shape(document)));
}

// MongoDB says which stage it was.
function named<T>(stage: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    throw new MongoError(error.code, error.codeName, `Invalid ${stage} :: caused by :: ${error.message}`);
  }
}

function addFields(specification: unknown, context: StageContext, name: string): Stage {
  if (!isDocument(specification)) throw failAt(40272, `${name} specification stage must be an object, got ${typeName(specification)}`);
  if (Object.keys(specification).length === 0)
    throw failAt(40177, `Invalid ${name} :: caused by :: specification must have at least one field`);
  const branch = named(name, () => {
    const made = new Branch();
    for (const [path, value] of Object.entries(specification)) put(made, splitFieldPath(path), value, context);
    return made;
  });
  return each((document) => compute(document, branch, document));
}

// An embedded document names fields below the path; it does not replace what is there.
function put(branch: Branch, path: string[], value: unknown, context: StageContext): void {
  const names = isDocument(value) ? Object.keys(value) : [];
  if (names.length > 0 && !names[0]!.startsWith('$')) {
    const dotted = names.find((name) => name.includes('.'));
    if (dotted !== undefined) throw failAt(40183, `FieldPath field names may not contain '.' in a sub-object: ${dotted}`);
    for (const name of names) put(branch, [...path, ...splitFieldPath(name)], (value as Document)[name], context);
  } else {
    branch.put(path, { kind: 'compute', compute: context.expression(value) });
  }
}

function replaceRoot(expression: unknown, context: StageContext): Stage {
  const evaluate = context.expression(expression);
  return each((document) => {
    const root = evaluate(document);
    if (isDocument(root)) return root;
    throw failAt(
      40228,
      `'newRoot' expression must evaluate to an object, but resulting value was: ${root === undefined ? 'MISSING' : show(root)}. Type of resulting value: '${typeName(root)}'. Input document: ${show(document)}`,
    );
  });
}
