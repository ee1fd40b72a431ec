import { InlineExecutor } from 'skein/executors';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test, vi } from 'vitest';
import { executorContract } from '../../contracts/executor.contract.ts';

executorContract('InlineExecutor', () => new InlineExecutor());

describe('InlineExecutor', () => {
  test('runs jobs on the loop, also on a virtual one', async () => {
    const loop = new VirtualEventLoop();
    const executor = new InlineExecutor();
    const job = () => new Promise<string>((resolve) => setTimeout(resolve, 1, 'done'));
    expect(await loop.runUntilComplete(loop.runInExecutor(executor, job))).toBe('done');
  });

  test('goes on when the loop on which it was used first stands still, or is closed', async () => {
    const executor = new InlineExecutor();
    const first = new VirtualEventLoop();
    const half = (n: number) => n / 2;
    await first.runUntilComplete(first.runInExecutor(executor, half, 1));
    const onFirst = first.runInExecutor(executor, half, 2);
    expect(await executor.submit(half, 4)).toBe(2);
    expect(onFirst.result()).toBe(1);
    first.close();
    expect(await executor.submit(half, 8)).toBe(4);
    await executor.shutdown();
  });

  test('runs its job, and later ones, when the loop of the job is closed right after the call', async () => {
    const executor = new InlineExecutor();
    const loop = new VirtualEventLoop();
    const half = (n: number) => n / 2;
    function* submitted() {
      return [executor.submit(half, 2)];
    }
    const job = await loop.runUntilComplete(submitted());
    loop.close();
    expect(await executor.submit(half, 8)).toBe(4);
    expect(job[0]?.result()).toBe(1);
    await executor.shutdown();
  });

  test('leaves no timer behind when it is shut down', async () => {
    const setInterval = vi.spyOn(globalThis, 'setInterval');
    const clearInterval = vi.spyOn(globalThis, 'clearInterval');
    const executor = new InlineExecutor();
    await executor.submit((n: number) => n, 1);
    await executor.shutdown();
    const cleared = new Set(clearInterval.mock.calls.map(([timer]) => timer));
    const left = setInterval.mock.results.filter(({ value }) => !cleared.has(value));
    vi.restoreAllMocks();
    expect(left).toEqual([]);
  });

  test('has no threads', async () => {
    await using executor = new InlineExecutor();
    await executor.submit((n: number) => n, 1);
    expect(executor.statistics().workers).toEqual([
      { name: 'InlineExecutor_0', threadId: undefined, state: 'idle', job: undefined },
    ]);
  });
});
