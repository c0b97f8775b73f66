import type { Document } from '../bson/document';
import { compileFilter } from '../query/matcher';
import { breath, type Breath, type Paced } from '../values/breath';
import { distinctValuesAt, valuesAt } from '../values/paths';
import { isRegex } from '../values/regex';
import { equalityKey } from '../values/value-set';
import type { StageContext } from './stage';

/** A filter for documents whose field equals one of the values; regular expressions are values here, too. */
export function equalityFilter(path: string, values: unknown[]): Document {
  const [only] = values;
  if (values.length === 1 && !isRegex(only)) return { [path]: { $eq: only } };
  const regexes = values.filter(isRegex).map((regex) => ({ [path]: { $eq: regex } }));
  const rest = { [path]: { $in: values.filter((value) => !isRegex(value)) } };
  return regexes.length === 0 ? rest : { $or: [rest, ...regexes] };
}

/** A collection by the values of one field, for joins without an index. */
export class HashTable {
  private readonly documents: Document[] = [];
  private readonly rows = new Map<unknown, number[]>();

  private constructor(
    private readonly path: string,
    private readonly context: StageContext,
  ) {}

  /** Reads all documents once. */
  static *over(documents: Paced<Document>, path: string, context: StageContext): Generator<Breath, HashTable> {
    const table = new HashTable(path, context);
    const isNull = compileFilter({ [path]: null });
    for (const document of documents) {
      if (document === breath) yield breath;
      else table.add(document, isNull(document));
    }
    return table;
  }

  /** The table only narrows the search: at the edges (arrays in arrays, positions in paths) the filter knows better what is equal. */
  partners(values: unknown[]): Document[] {
    const found = values.map((value) => this.rows.get(equalityKey(value, this.context.collation)) ?? []);
    const rows = found.length === 1 ? found[0]! : [...new Set(found.flat())].sort((a, b) => a - b);
    if (rows.length === 0) return [];
    const matches = compileFilter(equalityFilter(this.path, values), { collation: this.context.collation });
    return rows.map((row) => this.documents[row]!).filter((document) => matches(document));
  }

  private add(document: Document, isNull: boolean): void {
    const { path } = this;
    const row = this.documents.push(document) - 1;
    const whole = valuesAt(document, path).filter(Array.isArray);
    const keys = new Set([...distinctValuesAt(document, path), ...whole].map((value) => equalityKey(value, this.context.collation)));
    if (isNull) keys.add(null);
    for (const key of keys) {
      const rows = this.rows.get(key);
      if (rows) rows.push(row);
      else this.rows.set(key, [row]);
    }
  }
}
