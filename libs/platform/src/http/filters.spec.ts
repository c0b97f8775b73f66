import { AmountFilter, InstantFilter, OneOfFilter } from './filters';
import { where, type Condition } from '../store/conditions';
import { InvalidInput, type FieldError } from './problem';
import { parseQueryString } from './query-string';
import { RequestValidation } from './validation.pipe';

class LampQuery {
  @OneOfFilter(['new', 'old'])
  state?: Condition<string>;
  @InstantFilter()
  madeAt?: Condition<Date>;
  @AmountFilter()
  price?: Condition<number>;
}

function read(query: string): LampQuery {
  return new RequestValidation().transform(parseQueryString(query), { type: 'query', metatype: LampQuery }) as LampQuery;
}

function refusalOf(query: string): readonly FieldError[] {
  try {
    read(query);
  } catch (error) {
    if (error instanceof InvalidInput) return (error.details as { errors: readonly FieldError[] }).errors;
    throw error;
  }
  return [];
}

test.each<[string, object]>([
  ['', {}],
  ['state=new', { state: { eq: 'new' } }],
  ['state[in]=new,old', { state: { in: ['new', 'old'] } }],
  ['price=5&state[in]=old', { price: { eq: 5 }, state: { in: ['old'] } }],
  ['price[gte]=5&price[lt]=7', { price: { gte: 5, lt: 7 } }],
  ['madeAt[gt]=2026-01-31T12:00:00Z', { madeAt: { gt: new Date('2026-01-31T12:00:00Z') } }],
])('%s is read as a condition', (query, condition) => {
  expect({ ...read(query) }).toEqual(condition);
});

test.each([
  'state=lost',
  'state=',
  'state[in]=',
  'state[in]=new,',
  'state[$in]=new',
  'state[ne]=new',
  'state[constructor]=new',
  'state[in]=new&state[in]=old',
  `state[in]=${'new,'.repeat(20)}new`,
  'price=-1',
  'price=1.5',
  'price=NaN',
  'price[gt]=9999999999999999',
  'madeAt=2026-01-31T12:00:00Z',
  'madeAt[gt]=2026-01-31',
  'madeAt[gt]=2026-02-31T12:00:00Z',
])('%s is refused, by the name of the field', (query) => {
  expect(refusalOf(query).map(({ path }) => path)).toEqual([query.split(/[[=]/)[0]]);
});

test.each(['state=new&state=old', 'state=new&state[in]=old', 'state[in]=old&state=new'])('%s says one thing twice', (query) => {
  expect(refusalOf(query)).toMatchObject([{ path: 'state', code: 'repeated' }]);
});

test('the database is asked with the operators that a condition has, on the fields that have one', () => {
  expect(where({ state: { in: ['new'] }, price: { gte: 5, lt: 7 }, madeAt: undefined })).toMatchObject({
    state: { $in: ['new'] },
    price: { $gte: 5, $lt: 7 },
  });
});
