/** What is moved to a worker and back, or shared with it. Run over each executor. */
import { TimeoutError } from 'skein';
import {
  type CurrentJob,
  declareFunctions,
  type InlineExecutor,
  WorkerLostError,
} from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { running } from './executor.contract.ts';
import { thrownBy } from './thrown-by.ts';

/** What all executors have that keep workers. */
type Pool = InlineExecutor;

const memory = declareFunctions<typeof import('../node/executors/fixtures/memory.mjs')>(
  new URL('../node/executors/fixtures/memory.mjs', import.meta.url),
);

const bytesOf = (...bytes: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

/** @param isElsewhere - Whether its workers share no memory with the program. */
export function transferContract(name: string, create: () => Pool, isElsewhere = false): void {
  describe(`Memory for a ${name}:`, () => {
    let pool: Pool;
    beforeEach(() => {
      pool = create();
    });
    afterEach(async () => {
      await pool.shutdown({ cancelRunning: true });
    });

    describe('an argument that is named in `transfer`', () => {
      test('moves to the worker, and is empty here', async () => {
        const bytes = bytesOf(1, 2, 3);
        const future = pool.submitWith({ transfer: [bytes.buffer] }, memory.increment, bytes);
        expect(await future).toEqual(bytesOf(2, 3, 4));
        expect(bytes.buffer.byteLength).toBe(0);
      });

      test('stays here as long as the job waits, and when it is cancelled then', async () => {
        const first = pool.submit(memory.wait, bytesOf(1));
        await running(first);
        const bytes = bytesOf(1, 2, 3);
        const options = { transfer: [bytes.buffer] };
        const waiting = pool.submitWith(options, memory.increment, bytes);
        const late = pool.submitWith({ ...options, queueTimeout: 1 }, memory.increment, bytes);
        expect(await thrownBy(late)).toBeInstanceOf(TimeoutError);
        expect(waiting.running()).toBe(false);
        waiting.cancel();
        expect(bytes).toEqual(bytesOf(1, 2, 3));
        first.cancel();
        expect(await pool.submitWith(options, memory.increment, bytes)).toEqual(bytesOf(2, 3, 4));
      });

      test('has its job count as running from when it is sent', async () => {
        await pool.submit(memory.lengthOf, bytesOf(1));
        const bytes = bytesOf(1, 2, 3);
        const future = pool.submitWith({ transfer: [bytes.buffer] }, memory.wait, bytes);
        await running(future);
        expect(bytes.length).toBe(0);
        expect(future.running()).toBe(true);
        // A thread may have stopped it by the time that this thread looks again.
        future.cancel();
        expect(future.cancelled()).toBe(true);
        expect(await pool.submit(memory.lengthOf, bytesOf(1, 2))).toBe(2);
        expect(future.running()).toBe(false);
      });

      test('may be among many other jobs, each with its own', async () => {
        const results = Array.from({ length: 40 }, (_, n) => {
          const bytes = bytesOf(n);
          if (n % 3 > 0) return pool.submit(memory.lengthOf, bytes);
          return pool.submitWith({ transfer: [bytes.buffer] }, memory.increment, bytes);
        });
        for (const [n, result] of results.entries()) {
          expect(await result).toEqual(n % 3 > 0 ? 1 : bytesOf(n + 1));
        }
      });

      test('has the time of its job counted from when it is sent', async () => {
        const bytes = bytesOf(1);
        const future = pool.submitWith(
          { timeout: 1, transfer: [bytes.buffer] },
          memory.wait,
          bytes,
        );
        expect(await thrownBy(future)).toBeInstanceOf(TimeoutError);
      });

      test('that two jobs want fails the second, and no other', async () => {
        const bytes = bytesOf(1);
        const options = { transfer: [bytes.buffer] };
        const [first, second, other] = [
          pool.submitWith(options, memory.increment, bytes),
          pool.submitWith(options, memory.increment, bytes),
          pool.submit(memory.lengthOf, bytesOf(1, 2)),
        ];
        expect(await first).toEqual(bytesOf(2));
        expect(await thrownBy(second)).toMatchObject({
          name: 'TypeError',
          message:
            'The executor expected `increment` to be given values that can be copied to a worker, but transfer[0] is an ArrayBuffer that is empty, as it was moved before. Pass plain data, and make the rest where it is used.',
        });
        expect(await other).toBe(2);
      });

      test('that the host cannot move disturbs no other job', async () => {
        const { buffer } = new WebAssembly.Memory({ initial: 1 }) as { buffer: ArrayBuffer };
        const [unmoved, other] = [
          pool.submitWith({ transfer: [buffer] }, memory.lengthOf, buffer),
          pool.submit(memory.lengthOf, bytesOf(1, 2)),
        ];
        // Some hosts copy it, others refuse.
        const outcome = await unmoved.then(String, String);
        expect(outcome).toMatch(/^65536$|^TypeError: The executor expected `lengthOf`/);
        expect(await other).toBe(2);
        expect(buffer.byteLength).toBe(65_536);
      });

      test('is refused at the call when it can never move', () => {
        const bytes = bytesOf(1);
        const moved = new ArrayBuffer(1);
        structuredClone(moved, { transfer: [moved] });
        const refusal = (list: unknown): string => {
          try {
            pool.submitWith({ transfer: list as ArrayBuffer[] }, memory.increment, bytes).cancel();
          } catch (error) {
            return String(error);
          }
          return 'taken';
        };
        const but = 'TypeError: `submitWith()` expected a list of what can be moved, but [0]';
        expect(
          [bytes.buffer, [bytes], [new SharedArrayBuffer(1)], [moved], [5]].map(refusal),
        ).toEqual([
          'TypeError: `submitWith()` expected a list of what is to be moved, but got a value of class ArrayBuffer. Write `[bytes.buffer]`.',
          `${but} is a value of class Uint8Array: what moves is its memory, \`.buffer\`.`,
          `${but} is a SharedArrayBuffer, which both sides share: leave it out.`,
          `${but} is an ArrayBuffer that is empty, as it was moved before.`,
          `${but} is 5 (number).`,
        ]);
        expect(refusal([bytes.buffer, bytes.buffer])).toContain('but [1] is in it twice.');
      });

      test('may be a port, between threads', async () => {
        const { port1, port2 } = new MessageChannel();
        const heard = new Promise((resolve) => {
          port1.onmessage = ({ data }) => resolve(data);
        });
        const future = pool.submitWith({ transfer: [port2] }, memory.answer, port2, 'through it');
        if (isElsewhere) {
          expect(String(await thrownBy(future))).toContain(
            'args[0] is a value of class MessagePort, which can move between threads only',
          );
        } else {
          await future;
          expect(await heard).toBe('through it');
        }
        port1.close();
        expect(await pool.submit(memory.lengthOf, bytesOf(1))).toBe(1);
      });

      test('that is no buffer is missed when it is not named', async () => {
        const { port1, port2 } = new MessageChannel();
        expect(String(await thrownBy(pool.submit(memory.answer, port2, 'never')))).toContain(
          isElsewhere
            ? 'args[0] is a value of class MessagePort, which can move between threads only.'
            : 'args[0] is a value of class MessagePort; name it in `transfer`.',
        );
        port1.close();
      });

      if (name !== 'InlineExecutor') {
        test('is lost with the worker', async () => {
          const bytes = bytesOf(1);
          const lost = pool.submitWith({ transfer: [bytes.buffer] }, memory.leave, bytes);
          expect(await thrownBy(lost)).toBeInstanceOf(WorkerLostError);
          expect(bytes.length).toBe(0);
          expect(await pool.submit(memory.lengthOf, bytesOf(1))).toBe(1);
        });
      }
    });

    test('typed arrays have memory of their own, whatever they came with', async () => {
      const sizes = Array.from({ length: 8 }, (_, n) =>
        pool.submit(
          (bytes: Uint8Array) => {
            bytes.fill(bytes.length);
            return new Uint8Array(bytes.buffer);
          },
          new Uint8Array(n + 1),
        ),
      );
      for (const [n, size] of sizes.entries()) {
        const bytes = await size;
        expect([...bytes]).toEqual(Array(n + 1).fill(n + 1));
        expect([bytes.byteOffset, bytes.buffer.byteLength]).toEqual([0, n + 1]);
      }
    });

    describe('a result', () => {
      test('moves to the program by `transfer()`, and is empty in the worker if it moved', async () => {
        expect(await pool.submit(memory.increment, bytesOf(1, 2))).toEqual(bytesOf(2, 3));
        // What was copied is left alone.
        expect(await pool.submit(memory.left)).toBe(isElsewhere ? 2 : 0);
      });

      test('moves by `this.transfer` of a function that crosses by source', async () => {
        const made = await pool.submit(function make(this: CurrentJob, length: number) {
          const bytes = new Uint8Array(length).fill(7);
          return this.transfer({ bytes, note: 'moved' }, [bytes.buffer]);
        }, 2);
        expect(made).toEqual({ bytes: bytesOf(7, 7), note: 'moved' });
      });

      test('of an async function moves by `currentJob().transfer`', async () => {
        expect(await pool.submit(memory.incrementAsync, bytesOf(1))).toEqual(bytesOf(2));
      });

      test.skipIf(isElsewhere)('that was moved before fails its job, and no other', async () => {
        const jobs = [
          pool.submit(memory.increment, bytesOf(1)),
          pool.submit(memory.again),
          pool.submit(memory.increment, bytesOf(2)),
        ];
        expect(await jobs[0]).toEqual(bytesOf(2));
        expect(String(await thrownBy(jobs[1] as PromiseLike<unknown>))).toContain(
          'an ArrayBuffer that is empty, as it was moved before',
        );
        expect(await jobs[2]).toEqual(bytesOf(3));
      });
    });

    test('memory that is shared is shared with threads, and refused for processes', async () => {
      const words = new Int32Array(new SharedArrayBuffer(4));
      const args = pool.submit(memory.share, words.buffer);
      const view = pool.submit(memory.addShared, words);
      const result = pool.submit(memory.ownShared);
      if (isElsewhere) {
        const shared =
          'is memory that is shared (a SharedArrayBuffer), which works between threads only';
        expect(String(await thrownBy(args))).toContain(`but args[0] ${shared}`);
        expect(String(await thrownBy(view))).toContain(`but args[0] ${shared}`);
        expect(String(await thrownBy(result))).toContain(`but result.inner[0] ${shared}`);
        return;
      }
      const back = await args;
      expect(await view).toBe(1);
      expect(words[0]).toBe(2);
      Atomics.store(words, 0, 9);
      expect(new Int32Array(back)[0]).toBe(9);
      expect((await result).inner[0]?.byteLength).toBe(4);
    });
  });
}
