import { letOption } from './let-option';

const now = new Date(5);

it('evaluates the variables of a command, once', () => {
  expect(letOption({ let: { x: 'foo', sum: { $add: [1, 2] }, plain: { $literal: '$bar' }, at: '$$NOW' } }, now)).toEqual({
    x: 'foo',
    sum: 3,
    plain: '$bar',
    at: now,
  });
  expect(letOption({ let: {} }, now)).toBeUndefined();
  expect(letOption({}, now)).toBeUndefined();
});

it.each([
  ['a field', { x: '$a' }],
  ['a field in an operator', { x: { $add: [1, '$a'] } }],
  ['the document', { x: '$$ROOT' }],
  ['a field of the document', { x: { y: ['$$CURRENT.a'] } }],
])('refuses %s, as there is no document yet', (_what, variables) => {
  expect(() => letOption({ let: variables }, now)).toThrow(expect.objectContaining({ code: 4890500 }));
});

it('refuses a name that no variable can have', () => {
  expect(() => letOption({ let: { Big: 1 } }, now)).toThrow(expect.objectContaining({ code: 9 }));
  expect(() => letOption({ let: { 'a.b': 1 } }, now)).toThrow(expect.objectContaining({ code: 9 }));
});
