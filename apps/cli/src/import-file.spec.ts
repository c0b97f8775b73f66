import { reportText } from './import-file';
import { progressOn } from './progress';

test('the report names each refused line with its reason, and adds up', () => {
  const errors = [
    { line: 2, code: 'malformed_json', message: 'The line is not JSON.' },
    { line: 9, externalId: 'x-9', code: 'unsupported_type', message: 'No bundles.' },
  ];
  expect(reportText({ processed: 10, created: 5, updated: 3, refused: 2, errors }, 1234)).toBe(
    [
      'line 2: malformed_json: The line is not JSON.',
      'line 9 (x-9): unsupported_type: No bundles.',
      '10 lines: 5 created, 3 updated, 2 refused, in 1.2 s.',
    ].join('\n'),
  );
});

test('where there is no terminal, progress is a plain line now and then', () => {
  const written: string[] = [];
  const stream = { isTTY: false, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const now = jest.spyOn(Date, 'now').mockReturnValue(0);
  const progress = progressOn(stream, 1000);
  const counts = { processed: 200, created: 150, updated: 48, refused: 2, bytes: 500 };
  progress.show(counts);
  now.mockReturnValue(2_500);
  progress.show(counts);
  progress.show(counts);
  progress.end();
  now.mockRestore();
  expect(written).toEqual(['200 lines so far: 150 created, 48 updated, 2 refused\n']);
});
