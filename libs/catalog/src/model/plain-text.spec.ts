import fc from 'fast-check';
import { oneLine, withoutControls } from './plain-text';

test.each([
  ['Insignia\x99 - Case', 'Insignia™ - Case'],
  ['Apple&#174; iPhone&#153;', 'Apple® iPhone™'],
  ['AT&T &amp; friends', 'AT&T & friends'],
  ['  two\n lines\t', 'two lines'],
  ['&unknown; &#0; &#xD800;', '&unknown; &#0; &#xD800;'],
  ['&lt;b&gt;', '<b>'],
  ['a\x00b\x07', 'ab'],
])('the name %j becomes %j', (given, expected) => {
  expect(oneLine(given)).toBe(expected);
});

test('a description keeps its HTML and its lines, and loses control characters', () => {
  expect(withoutControls('<p>A\x00 &bull;\r\n\tB\x0b</p>')).toBe('<p>A &bull;\r\n\tB</p>');
});

test('no text keeps a control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // eslint-disable-next-line no-control-regex -- finding them is the point
      expect(withoutControls(text)).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
      // eslint-disable-next-line no-control-regex -- as above
      expect(oneLine(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});
