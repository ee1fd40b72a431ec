/** A future is a result that is not there yet. One task sets it, others wait for it. */
import {
  type Coroutine,
  createTask,
  Future,
  gather,
  getEventLoop,
  InvalidStateError,
  sleep,
} from 'skein';
import { performIfProgram, say } from './stage.ts';

async function station(forecast: Future<string>): Promise<void> {
  say('measures');
  await sleep(80);
  forecast.setResult('sunny, 21 degrees');
  say('has set the result; no reader has seen it yet');
}

async function reader(forecast: Future<string>): Promise<string> {
  say(`looks: done is ${forecast.done()}`);
  const weather = await forecast;
  say(`reads "${weather}"`);
  return weather;
}

/** Awaits a future that is done. A coroutine goes on at once, an async function gives way to others first. */
function* comparing(forecast: Future<string>): Coroutine<void> {
  getEventLoop().callSoon(() => say('another callback had its turn'));
  say(`reads "${yield* forecast}", with no turn of another between`);
}

export async function main(): Promise<void> {
  // One producer, many readers: all wake in the order in which they began to wait.
  const forecast = new Future<string>();
  createTask(() => station(forecast), { name: 'station' });
  const readers = ['radio', 'paper', 'app'].map((name) =>
    createTask(() => reader(forecast), { name }),
  );
  await gather(readers);

  // A future is settled once. After that it can be read any number of times.
  say(`reads it again: "${await forecast}"`);
  await createTask(comparing(forecast), { name: 'coroutine' });
  try {
    forecast.setResult('rain');
  } catch (error) {
    if (error instanceof InvalidStateError) say(`cannot change it any more: ${error.name}`);
  }

  // After setException() each await of the future throws.
  const broken = new Future<string>();
  createTask(
    async () => {
      await sleep(30);
      broken.setException(new Error('the thermometer fell down'));
    },
    { name: 'gust' },
  );
  try {
    await broken;
  } catch (error) {
    say(`caught ${error}`);
  }

  // The bridge from callbacks: settle a future where the callback is called.
  const bell = new Future<string>();
  getEventLoop().callLater(20, () => bell.setResult('ding'));
  say(`was called back: ${await bell}`);
}

export const title = '4. Futures';
await performIfProgram(import.meta.url, { title, main });
