/** A request to cancel that a part of a task did not get is not lost with that part: both styles agree, and asyncio with them. */
import {
  type CancelledError,
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  Lock,
  retry,
  sleep,
  taskGroup,
  timeout,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLoop } from '../loops.ts';

type Ending = () => number;

const endings: readonly [name: string, end: Ending, outcome: unknown][] = [
  ['returns', () => 5, 5],
  [
    'fails',
    () => {
      throw new RangeError('failed');
    },
    'RangeError: failed',
  ],
];

const parts: readonly [name: string, run: (body: () => Coroutine<number>) => Coroutine<number>][] =
  [
    ['timeout()', (body) => timeout(100, body)],
    ['taskGroup()', (body) => taskGroup(body, { errors: 'first' })],
    ['retry()', (body) => retry(body, { attempts: 1 })],
    ['lock.with()', (body) => new Lock().with(body)],
    ['coroutine()', (body) => coroutine(body)()],
    ['timeout() in timeout()', (body) => timeout(100, () => timeout(100, body))],
  ];

/** Notes what comes out of the part, and of the wait after it. */
function* inCoroutine(part: () => Coroutine<number>): Coroutine<unknown[]> {
  const log: unknown[] = [];
  try {
    try {
      log.push(yield* part());
    } catch (error) {
      log.push(String(error));
    }
    yield* sleep(1);
    log.push('slept');
  } catch (error) {
    log.push((error as CancelledError).name, currentTask()?.cancelling());
    currentTask()?.uncancel();
  }
  return log;
}

async function inAsyncFunction(part: () => Coroutine<number>): Promise<unknown[]> {
  const log: unknown[] = [];
  try {
    try {
      log.push(await (part() as unknown as PromiseLike<number>));
    } catch (error) {
      log.push(String(error));
    }
    await sleep(1);
    log.push('slept');
  } catch (error) {
    log.push((error as CancelledError).name, currentTask()?.cancelling());
    currentTask()?.uncancel();
  }
  return log;
}

const inTask = (body: () => Promise<void>) =>
  inLoop(function* () {
    yield* createTask(body);
  });

/** Before the request: at once, or after a wait, when the loop runs the part. */
const leads: readonly [string, () => Coroutine<void>][] = [
  ['at once', function* () {}],
  ['after a wait', () => sleep(1)],
];

describe.each(parts)('%s whose body cancels its task', (_, run) => {
  describe.each(leads)('%s', (_when, lead) => {
    test.each(endings)(
      'and %s has that outcome, and the next wait is cancelled',
      (_, end, outcome) =>
        inLoop(function* () {
          const part = () =>
            run(function* () {
              yield* lead();
              currentTask()?.cancel();
              return end();
            });
          expect(yield* inCoroutine(part)).toEqual([outcome, 'CancelledError', 1]);
        }),
    );

    test.runIf(inNode).each(endings)(
      'and %s does the same in an async function',
      (_, end, outcome) =>
        inTask(async () => {
          const part = () =>
            run(function* () {
              yield* lead();
              currentTask()?.cancel();
              return end();
            });
          expect(await inAsyncFunction(part)).toEqual([outcome, 'CancelledError', 1]);
        }),
    );
  });
});

test.runIf(inNode)(
  'an async body that cancels its task and fails leaves the request to the next await',
  () =>
    inTask(async () => {
      const part = () =>
        timeout(100, async (): Promise<number> => {
          currentTask()?.cancel();
          throw new RangeError('failed');
        });
      expect(await inAsyncFunction(part)).toEqual(['RangeError: failed', 'CancelledError', 1]);
    }),
);
