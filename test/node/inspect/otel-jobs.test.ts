/** Spans that are made in jobs: in threads, processes, and on servers of a cluster. */
import { type Coroutine, createTask, run } from 'skein';
import { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { addInstrument } from 'skein/inspect';
import { type TraceTasksOptions, traceTasks } from 'skein/inspect/otel';
import { describe, expect, test } from 'vitest';
import { overEachEngine } from '../cluster/engines.ts';
import type { Made } from './fixtures/traced-work.mjs';
import { exporter } from './spans.ts';

// After the provider is set.
const { tenant, work } = await import('./fixtures/traced-work.mjs');

/** Runs `main` in a task with a span, and returns what it returned with the path of that span. */
async function traced(
  main: () => Coroutine<Made> | Promise<Made>,
  options: TraceTasksOptions = {},
): Promise<string> {
  const added = traceTasks(options);
  const made = await run(() => createTask(main as () => Promise<Made>, { name: 'request' }));
  added[Symbol.dispose]();
  const spans = exporter.getFinishedSpans();
  const path: string[] = [];
  let id = made.parent;
  for (;;) {
    const at = spans.find((span) => span.spanContext().spanId === id);
    if (at === undefined) return path.join(' → ');
    expect(at.spanContext().traceId).toBe(made.trace);
    path.unshift(at.name);
    id = at.parentSpanContext?.spanId;
  }
}

const pools = [
  ['thread', () => new ThreadPoolExecutor({ maxWorkers: 1 })],
  ['process', () => new ProcessPoolExecutor({ maxWorkers: 1 })],
  ['worker on the same loop', () => new InlineExecutor()],
] as const;

describe.each(pools)('a span in a job of a %s', (_, makePool) => {
  test('is below that of the task which submitted the job, through async functions, tasks and streams', async () => {
    await using pool = makePool();
    expect(await traced(() => pool.submit(work.atOnce))).toBe('request → job atOnce');
    expect(await traced(async () => await pool.submit(work.later))).toBe('request → job later');
    expect(
      await traced(function* () {
        return yield* pool.submit(work.inTask);
      }),
    ).toBe('request → job inTask');
    const last = async (): Promise<Made> => {
      let made: Made | undefined;
      for await (const item of pool.stream(work.items)) made = item;
      return made as Made;
    };
    expect(await traced(last)).toBe('request → job items');
  });

  test('is below the task itself where jobs get no spans', async () => {
    await using pool = makePool();
    expect(await traced(() => pool.submit(work.atOnce), { jobs: false })).toBe('request');
  });

  test('leaves ContextVars as they travel', async () => {
    await using pool = makePool();
    const main = async (): Promise<Made> => {
      tenant.set('a');
      const made = await pool.submit(work.withTenant);
      expect(made.tenant).toBe('a');
      return made;
    };
    expect(await traced(main)).toBe('request → job withTenant');
  });
});

// The other executor has its worker in the async context of the program.
describe.each(pools.slice(0, 2))('a span in a job of a %s', (_, makePool) => {
  test('belongs to no span where nothing traces, or the text is none', async () => {
    await using pool = makePool();
    const untraced = await run(() => pool.submit(work.atOnce));
    expect(untraced.parent).toBeUndefined();
    for (const forged of ['00-1-2-01', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`, 7, {}]) {
      using _ = addInstrument({ jobQueued: (job) => Object.assign(job, { traceparent: forged }) });
      expect((await run(() => pool.submit(work.atOnce))).parent).toBeUndefined();
    }
  });
});

overEachEngine((name, clusters) => {
  test(`${name}: a span in a job is below that of the task which submitted it`, async () => {
    await using executor = clusters.create(work);
    expect(await traced(() => executor.submit(work.later))).toBe('request → job later → job later');
    exporter.reset();
    expect(await traced(() => executor.submit(work.atOnce), { jobs: false })).toBe('request');
    const main = async (): Promise<Made> => {
      tenant.set('a');
      const made = await executor.submit(work.withTenant);
      expect(made.tenant).toBe('a');
      return made;
    };
    exporter.reset();
    expect(await traced(main, { jobs: false })).toBe('request');
  });

  test(`${name}: a forged traceparent is ignored, and the job runs`, async () => {
    await using executor = clusters.create(work);
    for (const forged of ['00-1-2-01', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`, 7, {}]) {
      using _ = addInstrument({ jobQueued: (job) => Object.assign(job, { traceparent: forged }) });
      expect((await run(() => executor.submit(work.atOnce))).parent).toBeUndefined();
    }
  });
});
