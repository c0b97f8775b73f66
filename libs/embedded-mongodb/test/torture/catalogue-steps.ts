import type { Document } from 'bson';
import type { Random } from './random';
import type { Known, Step, StepSource } from './step';

/** A database's collections: how many documents each has, and which indexes. */
export interface CatalogueState extends Document {
  readonly [collection: string]: { readonly documents: number; readonly indexes: readonly string[] };
}

const names = ['left', 'right', 'third'];
export const catalogueDocuments = Array.from({ length: 60 }, (_, number) => ({
  _id: number,
  parity: number % 2,
  name: `name ${number}`,
  tags: [number % 5, number % 7],
  ...(number % 3 === 0 && { third: number }),
}));

const specs: readonly (Document & { readonly name: string })[] = [
  { name: 'parity', key: { parity: 1, _id: -1 } },
  { name: 'name', key: { name: 1 }, unique: true },
  { name: 'tags', key: { tags: 1 } },
  { name: 'third', key: { third: 1 }, sparse: true },
  { name: 'odd', key: { name: -1 }, partialFilterExpression: { parity: 1 } },
];

/** Makes, indexes, renames and drops collections in a database that only one writer uses. */
export class CatalogueSteps implements StepSource {
  private readonly database: string;

  constructor(
    writer: number,
    private readonly random: Random,
  ) {
    this.database = `catalogue-${writer}`;
  }

  next(known: Known): Step {
    const state = known.get({ database: this.database, id: 'state' }) ?? {};
    const present = Object.keys(state);
    const absent = names.filter((name) => !present.includes(name));
    if (present.length === 0 || (absent.length > 0 && this.random.chance(0.3))) return this.make(state, this.random.pick(absent));
    const name = this.random.pick(present);
    const kinds = [
      () => this.index(state, name),
      () => this.index(state, name),
      () => this.unindex(state, name),
      () => this.rename(state, name),
      () => this.drop(state, name),
      () => (this.random.chance(0.3) ? this.dropDatabase() : this.index(state, name)),
    ];
    return this.random.pick(kinds)();
  }

  private make(state: CatalogueState, name: string): Step {
    const made = { documents: catalogueDocuments.length, indexes: ['_id_'] };
    return this.step('make', { insert: name, documents: catalogueDocuments }, { ...state, [name]: made });
  }

  private index(state: CatalogueState, name: string): Step {
    const indexes = this.random.some(specs, 1 + this.random.below(2));
    const all = [...new Set([...state[name]!.indexes, ...indexes.map((spec) => spec.name)])];
    return this.step('createIndexes', { createIndexes: name, indexes }, { ...state, [name]: { ...state[name]!, indexes: all } });
  }

  private unindex(state: CatalogueState, name: string): Step {
    const others = state[name]!.indexes.filter((index) => index !== '_id_');
    const index = others.length === 0 || this.random.chance(0.3) ? '*' : this.random.pick(others);
    const left = state[name]!.indexes.filter((one) => one === '_id_' || (index !== '*' && one !== index));
    return this.step('dropIndexes', { dropIndexes: name, index }, { ...state, [name]: { ...state[name]!, indexes: left } });
  }

  private rename(state: CatalogueState, name: string): Step {
    const to = this.random.pick(names.filter((other) => other !== name));
    const { [name]: moved, ...rest } = state;
    const command = { renameCollection: `${this.database}.${name}`, to: `${this.database}.${to}`, dropTarget: true, $db: 'admin' };
    return this.step('rename', command, { ...rest, [to]: moved! });
  }

  private drop(state: CatalogueState, name: string): Step {
    const { [name]: _dropped, ...rest } = state;
    return this.step('drop', { drop: name }, rest);
  }

  private dropDatabase(): Step {
    return this.step('dropDatabase', { dropDatabase: 1 }, {});
  }

  private step(name: string, command: Document, after: CatalogueState): Step {
    const { database } = this;
    const place = { database, id: 'state' };
    return { name, database, commands: [command], effects: [{ place, after }], again: 'no', whole: true };
  }
}
