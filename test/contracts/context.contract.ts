/** ContextVars whose values travel along with jobs. Run over each executor. */
import { Context, createTask, gather, getEventLoop, sleep } from 'skein';
import { declareFunctions, type InlineExecutor } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { local, requestId, tenant } from '../node/executors/fixtures/contexts.mjs';
import { inNode } from '../unit/hosts.ts';
import { thrownBy } from './thrown-by.ts';

/** What all executors have that keep workers. */
type Pool = InlineExecutor;

const contexts = declareFunctions<typeof import('../node/executors/fixtures/contexts.mjs')>(
  new URL('../node/executors/fixtures/contexts.mjs', import.meta.url),
);

/** Calls `fn` where `requestId` has this value. */
function withId<R>(id: string, fn: () => R): R {
  return new Context().run(() => {
    requestId.set(id);
    return fn();
  });
}

export function contextContract(name: string, create: () => Pool): void {
  describe(`ContextVars for a ${name}:`, () => {
    let pool: Pool;
    beforeEach(() => {
      pool = create();
    });
    afterEach(async () => {
      await pool.shutdown({ cancelRunning: true });
    });

    test('a shippable one has its value in the worker, others have not', async () => {
      const job = withId('first', () => {
        local.set('of the program');
        return pool.submit(contexts.seen);
      });
      expect(await job).toEqual(['first', 'nobody', 'of the worker']);
    });

    test('values are those of where the job was submitted', async () => {
      const jobs = Array.from({ length: 20 }, (_, n) =>
        withId(`${n}`, () => {
          if (n % 2 === 0) tenant.set({ n });
          const job = pool.submit(contexts.seen);
          requestId.set('too late');
          return job;
        }),
      );
      expect(await gather(jobs)).toEqual(
        jobs.map((_, n) => [`${n}`, n % 2 === 0 ? { n } : 'nobody', 'of the worker']),
      );
    });

    test.runIf(inNode)(
      'values are those of the task, across awaits of an async function too',
      async () => {
        const task = createTask(async () => {
          requestId.set('of the task');
          await sleep(0);
          return [
            await pool.submit(contexts.seen),
            await getEventLoop().runInExecutor(pool, contexts.seen),
          ];
        });
        const seen = ['of the task', 'nobody', 'of the worker'];
        expect(await task).toEqual([seen, seen]);
        expect(await pool.submit(contexts.seen)).toEqual(['none', 'nobody', 'of the worker']);
      },
    );

    test('values of map() are those of its call, whoever takes the results', async () => {
      const results = withId('of the call', () =>
        pool.map(contexts.seen, Array(4).fill(undefined) as never[], { bufferSize: 1 }),
      );
      for await (const [id] of results) expect(id).toBe('of the call');
    });

    test.runIf(inNode)(
      'a function keeps them through its awaits, may change them, and passes them on to its tasks',
      async () => {
        const later = withId('mine', () => pool.submit(contexts.seenLater));
        expect(await later).toEqual(['mine', 'mine', 'mine, changed', 'mine, changed']);
      },
    );

    test.runIf(inNode).each(['stream', 'streamAtOnce'] as const)(
      'a generator keeps them from item to item, and to its `finally`: %s',
      async (generator) => {
        const seen: string[] = [];
        for await (const id of withId('mine', () => pool.stream(contexts[generator]))) {
          if (seen.push(id) === 3) break;
        }
        expect(seen).toEqual(['mine', 'mine', 'mine']);
        expect(await pool.submit(contexts.seenAtLast)).toBe('mine');
        expect(await pool.submit(contexts.seen)).toEqual(['none', 'nobody', 'of the worker']);
      },
    );

    test.runIf(inNode)('the next job does not see them', async () => {
      const jobs = [
        withId('first', () => pool.submit(contexts.leaveBehind)),
        pool.submit(contexts.seen),
        withId('second', () => pool.submit(contexts.seenLater)),
        pool.submit(contexts.seen),
        pool.submit(contexts.seenLater),
        pool.submit(contexts.seen),
      ];
      const results = await gather(jobs);
      const nothing = ['none', 'nobody', 'of the worker'];
      expect([results[1], results[3]]).toEqual([nothing, nothing]);
    });

    test('a value that cannot be copied fails the job, with its name and path, and no other', async () => {
      const [before, lost, after] = new Context().run(() => {
        const first = withId('first', () => pool.submit(contexts.seen));
        tenant.set({ handlers: { click: () => {} } });
        const second = pool.submit(contexts.seen);
        return [first, second, withId('third', () => pool.submit(contexts.seen))];
      });
      expect(String(await thrownBy(lost as PromiseLike<unknown>))).toContain(
        "but test.tenant.handlers.click is a function (ContextVar 'test.tenant' travels along).",
      );
      expect([(await before)?.[0], (await after)?.[0]]).toEqual(['first', 'third']);
    });

    test('one that the worker does not know is nobody’s', async () => {
      const job = withId('first', () => pool.submit((n: number) => n + 1, 1));
      expect(await job).toBe(2);
    });
  });
}
