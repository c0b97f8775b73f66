import { decodeForm } from './form';

const plain = (text: string): unknown => JSON.parse(JSON.stringify(decodeForm(text)));

test.each([
  ['', {}],
  ['amount=2000&currency=usd', { amount: '2000', currency: 'usd' }],
  ['a[b][c]=1&a[b][d]=2', { a: { b: { c: '1', d: '2' } } }],
  ['expand[0]=x&expand[1]=y', { expand: { 0: 'x', 1: 'y' } }],
  ['expand[]=x&expand[]=y', { expand: { 0: 'x', 1: 'y' } }],
  ['a%5Bb%5D=%C3%A9+%2B', { a: { b: 'é +' } }],
  ['empty=&bare', { empty: '', bare: '' }],
  ['a=1=2', { a: '1=2' }],
])('%s is decoded', (text, expected) => {
  expect(plain(text)).toEqual(expected);
});

test.each(['a[b=1', 'a[[b]]=1', 'a[b]c=1', 'a=1&a[b]=2', 'a=%C3%28', 'a=%zz', `a${'[b]'.repeat(9)}=1`])('%s is refused', (text) => {
  expect(() => decodeForm(text)).toThrow();
});

test('names of the language are only names', () => {
  const raw = decodeForm('__proto__[polluted]=1&constructor=2');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(Object.keys(raw)).toEqual(['__proto__', 'constructor']);
});
