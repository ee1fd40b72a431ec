/** Runs a section of the tutorial, prints what it says, and draws the picture at its end. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Coroutine, currentTask, EventLoop, type Future, Runner } from 'skein';
import { drawTimeline, type Look } from './timeline.ts';
import { Trace } from './trace.ts';

export interface Section {
  readonly title: string;
  readonly main: () => Coroutine<void> | Promise<void>;
}

/** Where a performance takes place; by default in the terminal and in real time. */
export interface Place extends Look {
  readonly print: (line: string) => void;
  readonly loop: () => EventLoop;
}

const terminal: Place = {
  print: (line) => console.log(line),
  loop: () => new EventLoop(),
  columns: process.stdout.columns ?? 80,
  colour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
};

let onStage: { readonly trace: Trace; readonly place: Place } | undefined;

/** Prints a line with the time, and with the name of the speaker: `who`, by default the task that runs now. */
export function say(text: string, who?: string): void {
  if (onStage === undefined) return;
  const task = currentTask();
  if (task !== undefined) onStage.trace.ran(task);
  const time = `${Math.round(onStage.trace.now())} ms`.padStart(8);
  onStage.place.print(`${time}  ${(who ?? task?.getName() ?? '(loop)').padEnd(12)}  ${text}`);
}

/** Has a future that is no task appear in the picture; returns the future. */
export function watch<T>(name: string, future: Future<T>): Future<T> {
  onStage?.trace.follow(name, future);
  return future;
}

/** Runs a section to its end. Returns what its tasks did. */
export async function perform(section: Section, at: Partial<Place> = {}): Promise<Trace> {
  const place = { ...terminal, ...at };
  const { print } = place;
  print(`── ${section.title} ${'─'.repeat(Math.max(3, 56 - section.title.length))}`);
  print('');

  const loop = place.loop();
  const trace = new Trace(loop);
  loop.setExceptionHandler((_loop, { message, exception }) =>
    say(`${message}: ${exception}`, '(loop)'),
  );
  onStage = { trace, place };
  try {
    // Failures that nothing retrieves are part of the lesson: they are reported, and the program ends with 0 all the same.
    await using runner = new Runner({ loop: () => loop, unretrieved: 'report' });
    await runner.run(() => performing(section));
  } finally {
    onStage = undefined;
  }
  print('');
  for (const line of drawTimeline(trace.tracks, place)) print(line);
  print('');
  return trace;
}

function performing({ main }: Section): Coroutine<void> | Promise<void> {
  currentTask()?.setName('main');
  return main();
}

/** Performs a section if its file is the program that was started. */
export async function performIfProgram(url: string, section: Section): Promise<void> {
  const program = process.argv[1];
  if (program === undefined || realpathSync(program) !== fileURLToPath(url)) return;
  await perform(section);
}
