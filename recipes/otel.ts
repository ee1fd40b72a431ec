/**
 * Spans of OpenTelemetry for tasks and jobs: `skein/inspect/otel` makes them, an SDK sends them.
 *
 * - A task that is cancelled: its span has the attribute `skein.cancelled`, and an event with the reason and who asked.
 * - A task that fails: its span has the status ERROR, and the exception.
 * - The program is stopped, or fails: the spans that are left are sent before `traced()` ends.
 */
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { cancelScope, fromPromise } from 'skein';
import { traceTasks } from 'skein/inspect/otel';

/** Runs `body`; tasks that have a name, and jobs, become spans. The exporter is that of your service, as OTLP. */
export async function traced<T>(exporter: SpanExporter, body: () => Promise<T>): Promise<T> {
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracing = traceTasks();
  try {
    return await body();
  } finally {
    tracing[Symbol.dispose]();
    // Also after a cancellation: else the spans that tell of it are lost. An exporter has a time limit of its own.
    await cancelScope({ shield: true }, () => fromPromise(provider.shutdown()));
    trace.disable();
    context.disable();
  }
}
