import { checkFlag, checkNumber, checkOptions } from '../../core/checks.ts';
import { current, getEventLoop } from '../../core/current.ts';
import { unexpected } from '../../core/expected.ts';
import { safely } from '../../core/text.ts';
import { addInstrument } from '../instruments/add-instrument.ts';
import { TaskRecorder } from '../recorder/recorder.ts';
import { cancelRecorded } from './cancel-recorded.ts';
import { LiveFeed, type Redact, type RedactedKind } from './live-feed.ts';
import type { LiveSource } from './live-source.ts';
import { servePage } from './page-server.ts';

export type { RedactedKind };

/** The options of `serveInspector()`. */
export interface InspectorOptions {
  /** The port at 127.0.0.1. Default: one that is free. There is no option for another address: use ssh to look from another machine. */
  readonly port?: number | undefined;
  /** True if tasks may be cancelled from the page. Default: false. */
  readonly mayCancel?: boolean | undefined;
  /**
   * Returns a text as it may be shown: the name of a task, an object or a job, the reason of a cancellation, the message of a report. What it
   * throws hides the text. Arguments, results and values of ContextVars are not told in any case. Default: all texts as they are.
   */
  readonly redact?: ((text: string, kind: RedactedKind) => string) | undefined;
  /** How many steps are kept for a page that is opened later, 20 bytes each. Default: 65,536. */
  readonly steps?: number | undefined;
}

/** A server of the page. It does not keep the program alive. */
export interface InspectorServer extends Disposable {
  /** The address to open. It has the token behind its `#`: whoever knows it can look at this program. */
  readonly url: string;
  /** Ends it, as `using` does, and all of its connections. */
  close(): void;
}

const names = ['port', 'mayCancel', 'redact', 'steps'];
const mostPorts = 65_535;
const fewestSteps = 16;
const mostSteps = 2 ** 26;
/** How many tasks that have ended are kept, beside those whose steps are kept. */
const endedTasks = 10_000;

function checkFromTo(what: string, value: number, least: number, most: number): void {
  checkNumber('serveInspector', `\`${what}\``, value);
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `\`serveInspector()\` expected \`${what}\` to be a whole number from ${least} to ${most}, but got ${value}.`,
  );
}

/** In production nothing listens by accident. */
function checkProduction(): void {
  const { NODE_ENV, SKEIN_INSPECT_ALLOW } = process.env;
  if (NODE_ENV !== 'production' || SKEIN_INSPECT_ALLOW === '1') return;
  throw new Error(
    '`serveInspector()` opens no port where NODE_ENV is `production`. Set SKEIN_INSPECT_ALLOW=1 if it is meant, or look by `skein open <pid>`.',
  );
}

function thisProgramAs(recorder: TaskRecorder, redact: Redact, mayCancel: boolean): LiveSource {
  const by = 'the page of the inspector';
  return {
    fateOf: async (error) => ({
      kind: 'refused',
      text: safely(() => String(error instanceof Error ? error.message : error)),
    }),
    ended: undefined,
    follow: async () => {
      const feed = new LiveFeed(recorder, redact);
      return { take: async () => JSON.stringify(feed.take()), end: () => {} };
    },
    cancel: mayCancel
      ? async (task, reason) => cancelRecorded(recorder, task, reason, by)
      : undefined,
  };
}

/**
 * Serves a page that shows what the tasks of this thread do while they do it: the tree of tasks and their steps over time, what each waits for
 * and which task holds that, and tasks that wait for each other. Nothing listens unless this is called.
 *
 * Only this machine can reach it (127.0.0.1), and only a browser that has the whole address: it has a token of 128 bits, which stands in no
 * request line and no log. Requests with another `Host` or `Origin` are refused. The page can evaluate nothing in the program; it can cancel tasks
 * if `mayCancel` is true, which the exception handler of the loop is told by a warning. While it is open, steps are recorded: see `recordTasks()`.
 *
 * For Node, Deno and Bun. A program that is running already is looked at by `skein open <pid>`.
 *
 * @throws TypeError for options that are none; RangeError for numbers out of range; Error when the port is taken, and where NODE_ENV is
 *   `production`, unless SKEIN_INSPECT_ALLOW is `1`.
 *
 * @example
 * ```ts
 * import { serveInspector } from 'skein/inspect/server';
 *
 * using inspector = await serveInspector({ redact: (text) => text.replace(/\S+@\S+/g, '…') });
 * new URL(inspector.url).hostname; // => '127.0.0.1'
 * ```
 */
export async function serveInspector(options: InspectorOptions = {}): Promise<InspectorServer> {
  checkOptions('serveInspector', options, names);
  const { port = 0, mayCancel = false, redact = (text: string) => text, steps = 65_536 } = options;
  checkFromTo('port', port, 0, mostPorts);
  checkFromTo('steps', steps, fewestSteps, mostSteps);
  checkFlag('serveInspector', '`mayCancel`', mayCancel);
  if (typeof redact !== 'function')
    throw unexpected('serveInspector', '`redact` to be a function', redact);
  checkProduction();
  const recorder = new TaskRecorder({ steps, tasks: endedTasks });
  const server = await servePage(thisProgramAs(recorder, redact, mayCancel), port);
  server.unref();
  const added = addInstrument(recorder);
  const { loop, defaultLoop, entered } = current;
  if ((loop ?? defaultLoop ?? entered?.innermost) !== undefined) recorder.see(getEventLoop());
  const close = (): void => {
    added[Symbol.dispose]();
    server.close();
  };
  return Object.freeze({ url: server.url, close, [Symbol.dispose]: close });
}
