/** Spans of a real SDK, with the context manager that programs use. */
import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type Coroutine, createTask, gather, run, sleep, Task, taskGroup } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';
import { type TraceTasksOptions, traceTasks } from 'skein/inspect/otel';
import { describe, expect, test } from 'vitest';
import { exporter } from './spans.ts';

async function traced(
  main: () => Coroutine<unknown> | Promise<unknown>,
  options: TraceTasksOptions = {},
): Promise<ReadableSpan[]> {
  const added = traceTasks(options);
  await run(main as () => Promise<unknown>);
  added[Symbol.dispose]();
  return exporter.getFinishedSpans();
}

/** The names of the spans around a span, from the outside. */
function pathOf(spans: readonly ReadableSpan[], name: string): string {
  const path: string[] = [];
  let at = spans.find((span) => span.name === name);
  while (at !== undefined) {
    path.unshift(at.name);
    const parent = at.parentSpanContext?.spanId;
    at = spans.find((span) => span.spanContext().spanId === parent);
  }
  return path.join(' → ');
}

function sql(): Promise<void> {
  return trace.getTracer('database').startActiveSpan('sql', async (span) => {
    await sleep(1);
    span.end();
  });
}

function double(n: number): number {
  return 2 * n;
}

describe('a span of a task', () => {
  test('is below that of the task that made it, through async functions and promises of the host', async () => {
    const spans = await traced(async () => {
      await createTask(
        async () => {
          await Promise.resolve();
          await createTask(
            async () => {
              await sleep(1);
              await new Promise((resolve) => setTimeout(resolve, 1));
              await sql();
            },
            { name: 'handler' },
          );
        },
        { name: 'GET /' },
      );
    });
    expect(pathOf(spans, 'sql')).toBe('GET / → handler → sql');
  });

  test('is below it through generators and groups', async () => {
    const spans = await traced(function* () {
      yield* createTask(
        function* () {
          yield* sleep(1);
          yield* taskGroup(function* (group) {
            group.createTask(
              function* () {
                yield* sleep(1);
                const span = trace.getTracer('database').startSpan('query');
                yield* sleep(1);
                span.end();
              },
              { name: 'child' },
            );
          });
        },
        { name: 'outer' },
      );
    });
    expect(pathOf(spans, 'query')).toBe('outer → child → query');
  });

  test('of an eager task has what its first step does below it', async () => {
    const spans = await traced(async () => {
      createTask(async () => trace.getTracer('database').startSpan('first').end(), {
        name: 'eager',
        eagerStart: true,
      });
      await sleep(1);
    });
    expect(pathOf(spans, 'first')).toBe('eager → first');
  });

  test('says how the task ended', async () => {
    const spans = await traced(async () => {
      const slow = createTask(sleep(1000), { name: 'slow' });
      const bad = createTask(
        async () => {
          await sleep(1);
          throw new Error('bad');
        },
        { name: 'bad' },
      );
      await sleep(5);
      slow.cancel('enough');
      await gather([slow, bad], { returnExceptions: true });
    });
    const [bad, slow] = ['bad', 'slow'].map((name) => spans.find((span) => span.name === name));
    expect(bad?.status.code).toBe(SpanStatusCode.ERROR);
    expect(bad?.events[0]?.attributes).toMatchObject({ 'exception.message': 'bad' });
    expect(slow?.status.code).toBe(SpanStatusCode.UNSET);
    expect(slow?.attributes).toMatchObject({ 'skein.cancelled': true });
    expect(slow?.events[0]).toMatchObject({
      name: 'cancel',
      attributes: { 'skein.reason': 'enough' },
    });
  });

  test('ends, and others after it, though its error or the name of its task throws when it is looked at', async () => {
    const hostile = (): never => {
      throw new RangeError('no looks');
    };
    class Nameless extends Task<void> {
      override getName(): string {
        return hostile();
      }
    }
    const spans = await traced(
      async () => {
        const error = new Proxy({}, { get: hostile, getPrototypeOf: hostile });
        const failing = createTask(
          async () => {
            throw error;
          },
          { name: 'failing' },
        );
        await gather([failing], { returnExceptions: true });
        await new Nameless(sleep(1));
        await createTask(sleep(1), { name: 'last' });
      },
      { tasks: 'all' },
    );
    const names = spans.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['failing', 'a value without a text form', 'last']),
    );
  });

  test('is there for tasks with a name, unless others are asked for', async () => {
    const main = async () => {
      await createTask(sleep(1), { name: 'named' });
      await createTask(sleep(1));
    };
    expect((await traced(main)).map(({ name }) => name)).toEqual(['named']);
    exporter.reset();
    expect(await traced(main, { tasks: 'all' })).toHaveLength(3);
    exporter.reset();
    expect(await traced(main, { tasks: () => false })).toHaveLength(0);
    expect(() => traceTasks({ tasks: 'some' as never })).toThrow(
      "`traceTasks()` expected `tasks` to be 'named', 'all' or a function",
    );
  });
});

test('a span of a job is below that of the task that submitted it', async () => {
  const spans = await traced(async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    await createTask(() => executor.submit(double, 21), { name: 'report' });
  });
  expect(pathOf(spans, 'job double')).toBe('report → job double');
  const job = spans.find(({ name }) => name === 'job double');
  expect(job?.attributes['skein.job.queue_ms']).toBeGreaterThanOrEqual(0);
});
