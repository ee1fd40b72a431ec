import { addInstrument } from '../instruments/add-instrument.ts';
import type { Instrument } from '../instruments/instrument.ts';

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
}

interface DiagnosticsChannel {
  channel(name: string): Channel;
}

function diagnosticsChannel(): DiagnosticsChannel {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const found = process?.getBuiltinModule?.('node:diagnostics_channel') as
    | DiagnosticsChannel
    | undefined;
  if (found === undefined)
    throw new Error(
      'There is no `node:diagnostics_channel` here: `publishToChannels()` is for Node, Deno and Bun.',
    );
  return found;
}

/**
 * Publishes what happens to tasks and jobs in channels of `node:diagnostics_channel`, until the result is disposed. A channel without
 * subscribers costs a test.
 *
 * | channel | message |
 * |---|---|
 * | `skein:task:created` | `{ task, by }` |
 * | `skein:task:done` | `{ task }` |
 * | `skein:task:waits` | `{ task, future }` |
 * | `skein:cancel` | `{ task, reason, by }` |
 * | `skein:failure` | `{ context }` |
 * | `skein:job:queued`, `skein:job:begins`, `skein:job:ends` | `{ job }` |
 *
 * @throws Error in a host that has no such module.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * import { createTask, run, sleep } from 'skein';
 * import { publishToChannels } from 'skein/inspect';
 *
 * const names: string[] = [];
 * subscribe('skein:task:done', (message) => {
 *   names.push((message as { task: { getName(): string } }).task.getName());
 * });
 * const published = publishToChannels();
 * await run(async () => {
 *   await createTask(sleep(1), { name: 'pause' });
 * });
 * published[Symbol.dispose]();
 * names[0]; // => 'pause'
 * ```
 */
export function publishToChannels(): Disposable {
  const { channel } = diagnosticsChannel();
  const created = channel('skein:task:created');
  const done = channel('skein:task:done');
  const waits = channel('skein:task:waits');
  const cancel = channel('skein:cancel');
  const failure = channel('skein:failure');
  const queued = channel('skein:job:queued');
  const begins = channel('skein:job:begins');
  const ends = channel('skein:job:ends');
  const instrument: Instrument = {
    taskCreated(task, by) {
      if (created.hasSubscribers) created.publish({ task, by });
    },
    taskDone(task) {
      if (done.hasSubscribers) done.publish({ task });
    },
    taskWaits(task, future) {
      if (waits.hasSubscribers) waits.publish({ task, future });
    },
    cancelRequested(task, reason, by) {
      if (cancel.hasSubscribers) cancel.publish({ task, reason, by });
    },
    failureUnhandled(context) {
      if (failure.hasSubscribers) failure.publish({ context });
    },
    jobQueued(job) {
      if (queued.hasSubscribers) queued.publish({ job });
    },
    jobBegins(job) {
      if (begins.hasSubscribers) begins.publish({ job });
    },
    jobEnds(job) {
      if (ends.hasSubscribers) ends.publish({ job });
    },
  };
  return addInstrument(instrument);
}
