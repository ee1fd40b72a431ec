/** A future is a result that is not there yet. Somebody sets it, others wait for it. */
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

function* station(forecast: Future<string>): Coroutine<void> {
  say('measures');
  yield* sleep(80);
  forecast.setResult('sunny, 21 degrees');
  say('has set the result; nobody has seen it yet');
}

function* reader(forecast: Future<string>): Coroutine<string> {
  say(`looks: done is ${forecast.done()}`);
  const weather = yield* forecast;
  say(`reads "${weather}"`);
  return weather;
}

export function* main(): Coroutine<void> {
  // One producer, many readers: all wake in the order in which they began to wait.
  const forecast = new Future<string>();
  createTask(station(forecast), { name: 'station' });
  const readers = ['radio', 'paper', 'app'].map((name) => createTask(reader(forecast), { name }));
  yield* gather(readers);

  // A future is settled once. After that it can be read any number of times, at once.
  say(`reads it again: "${yield* forecast}"`);
  try {
    forecast.setResult('rain');
  } catch (error) {
    if (error instanceof InvalidStateError) say(`cannot change it any more: ${error.name}`);
  }

  // setException() has everybody who waits throw.
  const broken = new Future<string>();
  createTask(
    function* () {
      yield* sleep(30);
      broken.setException(new Error('the thermometer fell down'));
    },
    { name: 'gust' },
  );
  try {
    yield* broken;
  } catch (error) {
    say(`caught ${error}`);
  }

  // The bridge from callbacks: settle a future where the callback is called.
  const bell = new Future<string>();
  getEventLoop().callLater(20, () => bell.setResult('ding'));
  say(`was called back: ${yield* bell}`);
}

export const title = '4. Futures';
await performIfProgram(import.meta.url, { title, main });
