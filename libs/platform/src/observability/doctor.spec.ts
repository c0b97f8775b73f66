import { Injectable, Module } from '@nestjs/common';
import { startTestApp, type TestApp } from '../testing/test-app';
import { Doctor, Invariant, type Examination, type Finding } from './doctor';

@Injectable()
class Checks {
  @Invariant('spec.sick', 'Nothing is sick.')
  async *sick(): AsyncGenerator<Finding> {
    for (let record = 1; record <= this.howMany; record += 1) yield Promise.resolve({ record: `thing ${record}`, problem: 'sick' });
  }

  @Invariant('spec.healthy', 'Everything is well.')
  async *healthy(): AsyncGenerator<Finding> {
    // There is nothing to find.
  }

  private readonly howMany = 250;
}

@Module({ providers: [Checks] })
class ChecksModule {}

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [ChecksModule], delivery: { deliver: false } });
});
afterAll(() => shop.stop());

async function examine(names?: string[]): Promise<Examination[]> {
  const examinations: Examination[] = [];
  for await (const examination of shop.app.get(Doctor).examine(names)) examinations.push(examination);
  return examinations;
}

describe('the doctor', () => {
  it('finds the invariants of every context, and says of each what breaks it', async () => {
    expect(await examine()).toMatchObject([
      { name: 'platform.events_arrive', findings: [], broken: 0 },
      { name: 'spec.healthy', rule: 'Everything is well.', findings: [], broken: 0 },
      { name: 'spec.sick', broken: 250 },
    ]);
  });

  it('counts all findings and keeps the first hundred', async () => {
    const [sick] = await examine(['spec.sick']);
    expect(sick?.findings).toHaveLength(100);
    expect(sick?.findings[0]).toEqual({ record: 'thing 1', problem: 'sick' });
  });

  it('does not pass over a name that there is not', async () => {
    await expect(examine(['spec.sick', 'spec.sikc'])).rejects.toThrow(
      'There is no invariant spec.sikc. There are platform.events_arrive, spec.healthy, spec.sick.',
    );
  });
});
