import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { Repeats } from '../messaging/timers';
import { startTestApp } from '../testing/test-app';
import { Public } from './access';

/** Work that goes on until it is let go. */
function held() {
  let [begin, end] = [(): void => undefined, (): void => undefined];
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const ended = new Promise<void>((resolve) => (end = resolve));
  const work = async (): Promise<void> => {
    begin();
    await ended;
  };
  return { begun, work, letGo: () => end() };
}

const [round, request] = [held(), held()];

@Injectable()
class SlowTimer {
  @Repeats('probe.slow', 20)
  async run(): Promise<void> {
    await round.work();
  }
}

@Controller('probe')
class ProbeController {
  @Get()
  @Public()
  async probe(): Promise<object> {
    await request.work();
    return { answered: true };
  }
}

@Module({ controllers: [ProbeController], providers: [SlowTimer] })
class ProbeModule {}

test('who is told to stop takes no request more, says so, and answers those that are under way', async () => {
  const shop = await startTestApp({ imports: [ProbeModule] });
  const ask = async (path: string) => {
    const answer = await fetch(shop.url + path);
    const { code } = (await answer.json()) as { code?: string };
    const { headers } = answer;
    return { status: answer.status, code, retryAfter: headers.get('retry-after'), connection: headers.get('connection') };
  };
  await round.begun;
  const underWay = fetch(`${shop.url}/api/probe`);
  await request.begun;
  expect(await ask('/health/ready')).toMatchObject({ status: 200 });
  const stopped = shop.stop();
  try {
    const refused = { status: 503, code: 'stopping', retryAfter: '1' };
    expect(await ask('/api/anything')).toEqual({ ...refused, connection: 'close' });
    expect(await ask('/health/ready')).toMatchObject(refused);
    expect(await ask('/health/live')).toMatchObject({ status: 200 });
    request.letGo();
    const answer = await underWay;
    expect([answer.status, await answer.json()]).toEqual([200, { answered: true }]);
  } finally {
    request.letGo();
    round.letGo();
    await stopped;
  }
});
