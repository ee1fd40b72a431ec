/**
 * Exports of `skein/inspect/otel`: tasks and jobs as spans of OpenTelemetry.
 *
 * A span becomes active in the async context that its task takes: `taskContext()` of an instrument. So what the task does is below it: in generators, in
 * async functions, after promises of the host, and in the tasks that it makes.
 */
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { checkCallback, checkOptions } from '../../core/checks.ts';
import { unexpected } from '../../core/expected.ts';
import { CANCELLED, FAILED } from '../../core/future-state.ts';
import type { Task } from '../../core/task.ts';
import { addInstrument } from '../instruments/add-instrument.ts';
import type { Instrument, JobEvent } from '../instruments/instrument.ts';
import { taskNameOf } from '../task-name.ts';

/** What {@link traceTasks} makes spans of. */
export interface TraceTasksOptions {
  /** Which tasks get a span: those that were given a name (the default), all, or those for which a function returns true. */
  readonly tasks?: 'named' | 'all' | ((task: Task<unknown>) => boolean) | undefined;
  /** False: jobs of executors get no spans. Default: true. */
  readonly jobs?: boolean | undefined;
}

type Filter = (task: Task<unknown>) => boolean;

function filterOf(tasks: TraceTasksOptions['tasks'] = 'named'): Filter {
  if (tasks === 'all') return () => true;
  // A task without a name has a number.
  if (tasks === 'named') return (task) => typeof task._nameOrNumber === 'string';
  if (typeof tasks !== 'function')
    throw unexpected('traceTasks', "`tasks` to be 'named', 'all' or a function", tasks);
  checkCallback('traceTasks', tasks);
  return tasks;
}

class Tracing implements Instrument {
  readonly #tracer = trace.getTracer('skein');
  readonly #isTraced: Filter;
  readonly #spans = new WeakMap<Task<unknown>, Span>();
  readonly #jobSpans = new WeakMap<JobEvent, Span>();
  readonly #jobs: boolean;

  constructor(isTraced: Filter, jobs: boolean) {
    this.#isTraced = isTraced;
    this.#jobs = jobs;
  }

  taskContext(task: Task<unknown>, capture: () => void): void {
    if (!this.#isTraced(task)) return capture();
    // The parent is the span that is active now: that of the code which makes the task.
    const span = this.#tracer.startSpan(taskNameOf(task));
    if (!span.isRecording()) return capture();
    this.#spans.set(task, span);
    context.with(trace.setSpan(context.active(), span), capture);
  }

  cancelRequested(task: Task<unknown>, reason: unknown, by: Task<unknown> | undefined): void {
    const attributes: Attributes = {};
    if (typeof reason === 'string') attributes['skein.reason'] = reason;
    if (by !== undefined) attributes['skein.by'] = taskNameOf(by);
    this.#spans.get(task)?.addEvent('cancel', attributes);
  }

  taskDone(task: Task<unknown>): void {
    const span = this.#spans.get(task);
    if (span === undefined) return;
    this.#spans.delete(task);
    const state = task._state;
    // The name may have changed since.
    span.updateName(taskNameOf(task));
    if (state === CANCELLED) span.setAttribute('skein.cancelled', true);
    if (state === FAILED) failed(span, task._value);
    span.end();
  }

  jobQueued(job: JobEvent): void {
    // On a server of a cluster the job came with the span of the program that submitted it.
    const around = contextOf(job.traceparent) ?? context.active();
    const span = this.#jobs ? this.#tracer.startSpan(`job ${job.name}`, {}, around) : undefined;
    if (span?.isRecording()) this.#jobSpans.set(job, span);
    job.traceparent = traceparentOf(span ?? trace.getSpan(around)) ?? job.traceparent;
  }

  jobContext(traceparent: string, run: () => void): void {
    context.with(contextOf(traceparent) ?? context.active(), run);
  }

  jobBegins(job: JobEvent): void {
    const { queuedAt, begunAt = queuedAt, worker } = job;
    const span = this.#jobSpans.get(job);
    span?.setAttribute('skein.job.queue_ms', begunAt - queuedAt);
    if (worker !== undefined) span?.setAttribute('skein.job.worker', worker);
    span?.addEvent('begins');
  }

  jobEnds(job: JobEvent): void {
    const span = this.#jobSpans.get(job);
    if (job.outcome === 'failed') span?.setStatus({ code: SpanStatusCode.ERROR });
    if (job.outcome === 'cancelled') span?.setAttribute('skein.cancelled', true);
    span?.end();
  }
}

/** The context in which spans are below the span that a `traceparent` names. */
function contextOf(traceparent: string | undefined): Context | undefined {
  if (traceparent === undefined) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  const traceFlags = Number.parseInt(flags, 16);
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags, isRemote: true });
}

function traceparentOf(span: Span | undefined): string | undefined {
  const spanContext = span?.spanContext();
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return undefined;
  const { traceId, spanId, traceFlags } = spanContext;
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

function failed(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  try {
    // It may be of another realm.
    if (typeof error === 'object' && error !== null && 'message' in error)
      span.recordException(error as Error);
  } catch {
    // It throws when it is looked at: the span ends without it.
  }
}

/**
 * Makes spans of tasks and jobs until the result is disposed. The parent of a span is the one that was active where the task was made, or the job
 * submitted. A job takes its span along as `traceparent`: where its worker, or a server of a cluster, calls this function too, what the job does
 * is below it. Without an SDK of OpenTelemetry nothing is kept.
 *
 * @throws TypeError for options that are none.
 *
 * @example
 * ```ts
 * import { run, sleep } from 'skein';
 * import { traceTasks } from 'skein/inspect/otel';
 *
 * using traced = traceTasks({ tasks: 'all' });
 * await run(() => sleep(1));
 * ```
 */
export function traceTasks(options: TraceTasksOptions = {}): Disposable {
  checkOptions('traceTasks', options, ['tasks', 'jobs']);
  const { tasks, jobs = true } = options;
  if (typeof jobs !== 'boolean') throw unexpected('traceTasks', '`jobs` to be true or false', jobs);
  return addInstrument(new Tracing(filterOf(tasks), jobs));
}
