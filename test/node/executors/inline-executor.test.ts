import { InlineExecutor } from 'skein/executors';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { executorContract } from '../../contracts/executor.contract.ts';

executorContract('InlineExecutor', () => new InlineExecutor());

describe('InlineExecutor', () => {
  test('runs jobs on the loop, also on a virtual one', async () => {
    const loop = new VirtualEventLoop();
    const executor = new InlineExecutor();
    const job = () => new Promise<string>((resolve) => setTimeout(resolve, 1, 'done'));
    expect(await loop.runUntilComplete(loop.runInExecutor(executor, job))).toBe('done');
  });

  test('has no threads', async () => {
    await using executor = new InlineExecutor();
    await executor.submit((n: number) => n, 1);
    expect(executor.statistics().workers).toEqual([
      { name: 'InlineExecutor_0', threadId: undefined, state: 'idle', job: undefined },
    ]);
  });
});
