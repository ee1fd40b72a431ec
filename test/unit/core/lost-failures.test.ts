/** Failures on loops of the host: they are told one turn after they happened, unless something will give them to the program. */
import {
  asCompleted,
  createTask,
  EventLoop,
  type ExceptionContext,
  FIRST_COMPLETED,
  type Future,
  gather,
  run,
  shield,
  sleep,
  taskGroup,
  type UnretrievedAction,
  wait,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { hostTurn, onUnhandledRejection } from '../hosts.ts';
import { recordReports } from '../loops.ts';

async function fail(after = 0, message = 'boom'): Promise<never> {
  await sleep(after);
  throw new Error(message);
}

/** The turn after which a failure is told is over, also if the machine is slow and several timers are due at once. */
async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 8));
    await hostTurn();
  }
}

/** Runs `main` on a loop of the host. Its reports are told without an exit code, which would be that of the test runner. */
async function reporting(
  main: (reports: ExceptionContext[]) => Promise<void>,
  unretrieved: UnretrievedAction = 'report',
): Promise<ExceptionContext[]> {
  const loop = new EventLoop();
  const reports = recordReports(loop);
  await run(() => main(reports), { loop: () => loop, unretrieved });
  return reports;
}

describe('a failure that nothing retrieves', () => {
  test('is told one turn of the host later, while the program goes on', async () => {
    const reports = await reporting(async (reports) => {
      const task = createTask(() => fail(), { name: 'lost' });
      await turns();
      expect(reports.map(({ message, text }) => [message, text])).toEqual([
        ['Task exception was never retrieved', "<Task 'lost' failed exception=Error(boom)>"],
      ]);
      expect(task.exception()).toEqual(new Error('boom'));
    });
    expect(reports).toHaveLength(1);
  });

  test('is told of a future, and each of many in its turn', async () => {
    await reporting(async (reports) => {
      const loop = createTask(sleep(0)).getLoop();
      const futures = Array.from({ length: 3 }, () => loop.createFuture());
      for (const future of futures) {
        future.setException(new Error('boom'));
        await sleep(0);
      }
      await turns();
      expect(reports).toHaveLength(3);
    });
  });

  test('is not told again by the loop that closes', async () => {
    const loop = new EventLoop();
    loop.unretrieved = 'report';
    const reports = recordReports(loop);
    const future = loop.createFuture();
    future.setException(new Error('boom'));
    await turns();
    loop.close();
    expect(reports).toHaveLength(1);
  });

  test.each<[string, (task: Future<unknown>) => Promise<void>]>([
    ['at once', async () => {}],
    [
      'after some steps of the loop',
      async () => {
        for (let i = 0; i < 20; i++) await sleep(0);
      },
    ],
    [
      'after some microtasks',
      async () => {
        for (let i = 0; i < 100; i++) await Promise.resolve();
      },
    ],
    ['in a timer of the host that is due', hostTurn],
    ['in the shortest timer of the loop', () => sleep(1) as unknown as Promise<void>],
  ])('is not told if it is awaited %s', async (_, meanwhile) => {
    const reports = await reporting(async () => {
      const task = createTask(() => fail());
      await meanwhile(task);
      await task.then(null, () => undefined);
      await turns();
    });
    expect(reports).toEqual([]);
  });

  test('is left to the end in a virtual loop', async () => {
    const loop = new VirtualEventLoop();
    const reports = recordReports(loop);
    const failed = loop.createFuture();
    failed.setException(new Error('boom'));
    await turns();
    expect([reports.length, loop.unretrieved]).toEqual([0, 'report']);
    loop.close();
    expect(reports).toHaveLength(1);
  });
});

describe('a failure is held', () => {
  test('by wait(), until that returns, and for one more turn', async () => {
    const reports = await reporting(async (reports) => {
      const failed = createTask(() => fail());
      const { done } = await wait([failed, createTask(sleep(30))]);
      expect(reports).toEqual([]);
      expect(
        [...done].map((task) => (task as unknown as Future<unknown>).exception()),
      ).toContainEqual(new Error('boom'));
      await turns();
    });
    expect(reports).toEqual([]);
  });

  test('by wait(), but no longer than that', async () => {
    await reporting(async (reports) => {
      const failed = createTask(() => fail());
      await wait([failed, createTask(sleep(30))]);
      expect(reports).toEqual([]);
      await turns();
      expect(reports).toHaveLength(1);
    });
  });

  test('by gather() with `returnExceptions`, until all are done', async () => {
    const reports = await reporting(async (reports) => {
      const all = gather([fail(), sleep(30, 'ok')], { returnExceptions: true });
      await sleep(20);
      expect(reports).toEqual([]);
      expect(await all).toEqual([new Error('boom'), 'ok']);
    });
    expect(reports).toEqual([]);
  });

  test('by an open asCompleted(), though its reader is slow', async () => {
    const reports = await reporting(async () => {
      const tasks = [createTask(() => fail()), createTask(() => fail(1)), createTask(sleep(2))];
      for await (const task of asCompleted(tasks)) {
        (task as unknown as Future<unknown>).exception();
        await sleep(20);
        await turns();
      }
    });
    expect(reports).toEqual([]);
  });

  test('by asCompleted() until its loop is left', async () => {
    await reporting(async (reports) => {
      const tasks = [createTask(sleep(0)), createTask(() => fail(1)), createTask(() => fail(1))];
      for await (const first of asCompleted(tasks)) {
        await sleep(20);
        expect([first.done(), reports.length]).toEqual([true, 0]);
        break;
      }
      await turns();
      expect(reports).toHaveLength(2);
    });
  });

  test('by nothing, once wait() has timed out or asCompleted() was left: later failures are told', async () => {
    await reporting(async (reports) => {
      const late = [createTask(() => fail(20)), createTask(() => fail(20))];
      await wait([late[0] as Future<never>], { timeout: 1 });
      for await (const _ of asCompleted([late[1] as Future<unknown>, createTask(sleep(1))])) break;
      await sleep(40);
      await turns();
      expect(reports).toHaveLength(2);
    });
  });

  test('by gather(), which has seen another: what its other children throw is not told', async () => {
    const reports = await reporting(async () => {
      const all = gather([createTask(() => fail()), createTask(() => fail(10))]);
      await all.then(null, () => undefined);
      await sleep(30);
      await turns();
    });
    expect(reports).toEqual([]);
  });

  test('by a group, which throws it in the end', async () => {
    const reports = await reporting(async () => {
      await taskGroup(async (group) => {
        group.createTask(() => fail());
        group.createTask(async () => {
          try {
            await sleep(1000);
          } finally {
            await sleep(30);
          }
        });
      }).then(null, () => undefined);
    });
    expect(reports).toEqual([]);
  });

  test('not by a shield whose waiter was cancelled, and it is told once', async () => {
    await reporting(async (reports) => {
      const inner = createTask(() => fail(10));
      const outer = shield(inner);
      await sleep(1);
      outer.cancel();
      await sleep(20);
      await turns();
      expect(reports.map(({ message }) => message)).toEqual([
        'Exception in a shielded future that nobody waits for any more',
      ]);
    });
  });

  test('by a task that waits, through `wait()`, for a winner', async () => {
    const reports = await reporting(async () => {
      const { done } = await wait([createTask(() => fail()), createTask(sleep(60_000))], {
        returnWhen: FIRST_COMPLETED,
      });
      for (const task of done) (task as unknown as Future<unknown>).exception();
      await turns();
    });
    expect(reports).toEqual([]);
  });
});

describe('`unretrieved`', () => {
  test("is 'exit-code' for loops of the host", () => {
    expect(new EventLoop().unretrieved).toBe('exit-code');
  });

  test("'ignore' tells nothing, at the end neither", async () => {
    const reports = await reporting(async () => {
      createTask(() => fail());
      await turns();
      createTask(() => fail());
      await sleep(0);
    }, 'ignore');
    expect(reports).toEqual([]);
  });

  test("'throw' makes an unhandled rejection of it", async () => {
    const reasons: unknown[] = [];
    const forget = onUnhandledRejection((reason) => reasons.push(reason));
    const reports = await reporting(async () => {
      createTask(() => fail());
      await turns();
    }, 'throw');
    await turns();
    forget();
    expect([reports, reasons]).toEqual([[], [new Error('boom')]]);
  });

  test('is one of four', async () => {
    const wrong = 'exit' as UnretrievedAction;
    await expect(
      run(() => sleep(1), { unretrieved: wrong }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`unretrieved\` expected 'report', 'exit-code', 'throw' or 'ignore', but got "exit" (string).]`,
    );
    expect(() => {
      new EventLoop().unretrieved = wrong;
    }).toThrow(RangeError);
  });
});
