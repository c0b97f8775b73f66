import { Places } from '../store/places';
import { Bulkheads, outsideAtOnce, outsideInLine } from './bulkheads';
import { Unanswered } from './unanswered';

/** Somebody outside who says nothing until told to. */
function silence(): { readonly answer: Promise<string>; readonly end: () => void } {
  let end = (): void => undefined;
  const answer = new Promise<string>((resolve) => (end = () => resolve('at last')));
  return { answer, end };
}

test('who is not answered at once gives up the place it works at, and comes back to it with the answer', async () => {
  const [places, bulkheads, outside] = [new Places(1), new Bulkheads(), silence()];
  let isAside = false;
  const mail = places.take(() => bulkheads.ask('mail', () => outside.answer), { whenAside: () => (isAside = true) });
  expect(await places.take(() => Promise.resolve('meanwhile'))).toBe('meanwhile');
  expect(isAside).toBe(true);
  outside.end();
  expect(await mail).toBe('at last');
  expect(await places.take(() => Promise.resolve('free'))).toBe('free');
});

test('who is answered at once keeps its place, so that no more is begun than can be ended', async () => {
  const [places, bulkheads] = [new Places(1), new Bulkheads()];
  const whenAside = jest.fn();
  expect(await places.take(() => bulkheads.ask('mail', () => Promise.resolve('sent')), { whenAside })).toBe('sent');
  await expect(places.take(() => bulkheads.ask('mail', () => Promise.reject(new Error('no'))), { whenAside })).rejects.toThrow('no');
  expect(whenAside).not.toHaveBeenCalled();
});

test('of a kind so many are asked at a time, so many stand in line, and the others are put off; other kinds are none the slower', async () => {
  const [bulkheads, outside] = [new Bulkheads(), silence()];
  let asked = 0;
  const mail = (): Promise<string> => bulkheads.ask('mail', () => ((asked += 1), outside.answer));
  const mails = Array.from({ length: outsideAtOnce + outsideInLine }, mail);
  await expect(mail()).rejects.toThrow(Unanswered);
  expect(asked).toBe(outsideAtOnce);
  expect(await bulkheads.ask('payment', () => Promise.resolve('paid'))).toBe('paid');
  outside.end();
  await Promise.all(mails);
  expect(await mail()).toBe('at last');
  expect(asked).toBe(mails.length + 1);
});

test('when it is closed, who was asked may answer, and who stands in line is asked no more', async () => {
  const [bulkheads, outside] = [new Bulkheads(), silence()];
  const mails = Array.from({ length: outsideAtOnce + 2 }, () => bulkheads.ask('mail', () => outside.answer));
  bulkheads.close();
  outside.end();
  const ended = await Promise.allSettled(mails);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(outsideAtOnce);
});
