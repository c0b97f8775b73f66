import { exampleMails } from './example-mails';
import { asHtml, asText } from './layout';
import { maskedAddress, messageIdOf } from './mail';
import { returnNotice } from './order-mails';

test('what others have written is text in a mail, never HTML', () => {
  const reason = `<img src=x onerror="alert('1')"> & more`;
  const order = { orderId: 'a'.repeat(24), orderNumber: '<b>1</b>', email: 'ada@example.com' };
  const mail = returnNotice({ ...order, returnId: 'r1', status: 'declined', reason });
  expect(asHtml(mail)).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more');
  expect(asHtml(mail)).toContain('<title>The return of your order &lt;b&gt;1&lt;/b&gt;</title>');
  expect(asText(mail)).toContain(reason);
});

test.each(Object.entries(exampleMails))('%s says the same in text and in HTML', (template, mail) => {
  const words = (text: string): string => text.replace(/\s+/g, ' ').trim();
  const [, inner = ''] = /<body[^>]*>(.*)<\/body>/s.exec(asHtml(mail)) ?? [];
  const read = inner
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
  expect(words(read)).toBe(words(asText(mail)));
  expect(mail.template).toBe(template);
});

test('a Message-Id holds nothing but what it may, and tells different keys apart', () => {
  const ids = ['CW-1-refund-a:b', 'CW-1-refund-a=3a=b', 'CW-1-refund-a b@c>', 'CW-1-refund-ä😀'].map((key) =>
    messageIdOf(key, 'shop.example'),
  );
  expect(ids[0]).toBe('<CW-1-refund-a=3a=b@shop.example>');
  expect(ids.every((id) => /^<[\w=-]+@shop\.example>$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

test('of an address no more is kept than its first letter and its host', () => {
  expect(maskedAddress('ada@example.com')).toBe('a***@example.com');
  expect(maskedAddress('"a@b"@example.com')).toBe('"***@example.com');
});
