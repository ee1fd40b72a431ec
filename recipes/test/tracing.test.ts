/** The recipe for OpenTelemetry, with its SDK. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { CancelledError, createTask, Event, run, sleep } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';
import { traced } from '../otel.ts';

/** What was sent is there when it is shut down. */
class Kept extends InMemorySpanExporter {
  sent: ReadableSpan[] = [];
  override async shutdown(): Promise<void> {
    this.sent = this.getFinishedSpans();
  }
}

test('tasks and jobs are spans below the task that made them; a program that is cancelled sends what is left', async () => {
  const exporter = new Kept();
  const begun = new Event();
  async function request(pool: ThreadPoolExecutor): Promise<void> {
    trace.getActiveSpan()?.setAttribute('page', 7);
    await pool.submit(function double(n: number) {
      return n * 2;
    }, 21);
    const slow = createTask(sleep(60_000), { name: 'slow' });
    await sleep(1);
    await slow.stop('not needed');
    const broken = createTask(() => Promise.reject(new Error('no')), { name: 'broken' });
    await broken.catch(() => {});
  }
  await run(async () => {
    const main = createTask(() =>
      traced(exporter, async () => {
        await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        await createTask(() => request(pool), { name: 'request' });
        begun.set();
        await createTask(sleep(60_000), { name: 'last' });
      }),
    );
    await begun.wait();
    await sleep(1);
    main.cancel();
    await assert.rejects(main, CancelledError);
  });
  const spans = new Map(exporter.sent.map((span) => [span.name, span]));
  assert.deepEqual([...spans.keys()].sort(), ['broken', 'job double', 'last', 'request', 'slow']);
  const above = spans.get('request');
  assert.equal(above?.attributes['page'], 7);
  for (const name of ['broken', 'job double', 'slow'])
    assert.equal(spans.get(name)?.parentSpanContext?.spanId, above?.spanContext().spanId);
  assert.equal(spans.get('broken')?.status.code, SpanStatusCode.ERROR);
  assert.equal(spans.get('broken')?.events[0]?.attributes?.['exception.message'], 'no');
  assert.equal(spans.get('slow')?.attributes['skein.cancelled'], true);
  assert.equal(spans.get('slow')?.events[0]?.attributes?.['skein.reason'], 'not needed');
  assert.equal(spans.get('last')?.attributes['skein.cancelled'], true);
});
