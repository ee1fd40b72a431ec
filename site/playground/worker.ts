/**
 * Runs a program. It is a classic worker in a frame without an origin: it has the package as `SK`, and gives the program thin modules of
 * it. What the program prints and what its tasks do goes to the page in batches.
 */

import { checks } from './checks.ts';
import { Clock } from './clock.ts';
import type * as Library from './library.ts';
import type { FromProgram, LineKind, Program } from './messages.ts';
import { Outbox } from './outbox.ts';
import { startPoolWorkersFrom } from './pool-workers.ts';
import { Recorder } from './recorder.ts';
import { textOf, traceOf } from './text-of.ts';

declare const self: {
  SK: typeof Library;
  postMessage(message: FromProgram): void;
  addEventListener(type: string, listener: (event: never) => void): void;
  onmessage: ((event: { data: Start }) => void) | undefined;
};

interface Start {
  readonly program: Program;
  /** The text of the package, for the workers of pools. */
  readonly library: string;
}

const { SK } = self;
const post = self.postMessage.bind(self);

self.onmessage = ({ data }) => {
  self.onmessage = undefined;
  void perform(data);
};

async function perform({ program, library }: Start): Promise<void> {
  const clock = new Clock(SK.systemHost, program.pace);
  const outbox = new Outbox(post, clock);
  const recorder = new Recorder(clock, (event) => outbox.event(event));
  let failed = false;
  const fail = (error: unknown): void => {
    failed = true;
    const { text, line } = traceOf(error);
    outbox.line('error', text, line === undefined ? {} : { line });
  };
  self.addEventListener('error', (event: ErrorEvent) => {
    event.preventDefault();
    fail(event.error ?? event.message);
  });
  self.addEventListener('unhandledrejection', (event: PromiseRejectionEvent) => {
    event.preventDefault();
    fail(event.reason);
  });
  const printed: string[] = [];
  printTo((kind, text) => {
    printed.push(text);
    outbox.line(kind, text);
  });
  Object.assign(self, { $play: checks(outbox, printed) });
  startPoolWorkersFrom(library);
  SK.inspect.addInstrument(recorder.instrument as never);
  outbox.begin(() => recorder.names());
  clock.begin(() => recorder.jobs > 0);
  try {
    await import(urlOf(linked(program)));
  } catch (error) {
    fail(error);
  }
  await clock.idle(() => recorder.jobs > 0);
  for (const name of recorder.waiting()) {
    outbox.line('note', `${name} still waits, and nothing will wake it.`);
  }
  outbox.end();
  post({ type: 'over', now: clock.now(), failed });
}

function printTo(print: (kind: LineKind, text: string) => void): void {
  const printer =
    (kind: LineKind) =>
    (...values: unknown[]): void =>
      print(kind, textOf(values));
  Object.assign(console, {
    log: printer('log'),
    info: printer('log'),
    debug: printer('log'),
    dir: (value: unknown) => printer('log')(value),
    warn: printer('warn'),
    error: printer('error'),
  });
}

function urlOf(code: string): string {
  return URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
}

const modules = new Map<string, string>();

/** The program, with the addresses of modules in the places of their names. */
function linked({ code, specifiers }: Program): string {
  let text = '';
  let done = 0;
  for (const { from, to, name } of specifiers) {
    text += code.slice(done, from) + JSON.stringify(moduleOf(name));
    done = to;
  }
  return `${text}${code.slice(done)}\n//# sourceURL=play/main.ts`;
}

/** A module that exports what a part of the package has. */
function moduleOf(name: string): string {
  const known = modules.get(name);
  if (known !== undefined) return known;
  const part =
    { skein: 'skein', 'skein/executors/worker': 'worker' }[name] ?? name.replace('skein/', '');
  const names = Object.keys((SK as unknown as Record<string, object>)[part] ?? {});
  const exported = names.map((each) => `export const ${each} = self.SK.${part}.${each};`);
  const url = urlOf(exported.join('\n'));
  modules.set(name, url);
  return url;
}
