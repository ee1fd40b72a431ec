/** `skein top 4711`: which tasks of a running program run most, and which wait longest, again and again. */

import type { Session } from './attach/session.ts';
import { lookAtProgram } from './look-at-program.ts';
import { callRecordProbe, withRecordProbe } from './open/live-target.ts';
import { pauseWhileItRuns } from './pause.ts';
import { print } from './print.ts';
import { evaluate } from './probe/remote.ts';
import { parseProgramArguments, timeOf } from './program-arguments.ts';
import { columns, height } from './table.ts';
import { type Sample, type SampledTask, TaskSampler } from './task-sampler.ts';
import { counted, plainText, timeText } from './words.ts';

const help = `Usage: skein top <pid|name> [options]

Shows which tasks on the main thread of a running program run most, and which wait longest; anew each second, until Ctrl+C. Where the output is no
terminal, and with --json, it takes one sample. The program needs no preparation, except in Bun: bun --preload skein/inspect/register app.ts. See
\`skein ps --help\`. While it is looked at, its steps are recorded. An async function runs, or awaits a promise of the host, which look
alike: there BUSY has a ≤.

  --ms <time>      how long a sample takes, in ms. Default: 1000
  --json           data instead of text
  --filter <text>  only tasks with this text in their names
  --all            all lines, also if they are more than the terminal has

Exit codes: 1 nothing found, 2 the program cannot be looked at.`;

/** How long the host's loop was busy, and how long it was idle, in ms; undefined where the host does not tell. */
interface Load {
  readonly active: number;
  readonly idle: number;
}

const loadText = 'JSON.stringify(globalThis.performance.eventLoopUtilization?.() ?? null)';

async function loadOf(session: Session): Promise<Load | undefined> {
  const { value } = await evaluate(session, loadText);
  return typeof value === 'string' ? (JSON.parse(value) ?? undefined) : undefined;
}

/** The share of the time in which the loop was busy, callbacks of the host included; null if it is not known. */
function shareOf(before: Load | undefined, after: Load | undefined): number | null {
  if (before === undefined || after === undefined) return null;
  const active = after.active - before.active;
  const all = active + after.idle - before.idle;
  return all > 0 ? active / all : null;
}

const clearScreen = '\u001b[H\u001b[2J';

export async function topCommand(args: readonly string[]): Promise<void> {
  const given = parseProgramArguments('top', args, ['pid'], ['ms']);
  if (given.help) return print(help);
  const ms = timeOf(given.values, 'ms', 1000);
  const { filter = '', all, json } = given;
  const isOnce = json || !process.stdout.isTTY;
  await lookAtProgram(given.positionals[0] as string, (target, threads) =>
    withRecordProbe(target, threads, async (session) => {
      target.stay();
      const sampler = new TaskSampler();
      const feed = await callRecordProbe<number>(session, 'follow()');
      const take = (): Promise<string> => callRecordProbe<string>(session, `changes(${feed})`);
      sampler.sample(JSON.parse(await take()));
      let before = await loadOf(session);
      for (;;) {
        await pauseWhileItRuns(session, ms);
        const sample = sampler.sample(JSON.parse(await take()));
        const load = await loadOf(session);
        const loop = shareOf(before, load);
        before = load;
        const tasks = sample.tasks.filter(({ name }) => name.includes(filter));
        if (json) return print(JSON.stringify({ ...sample, loop, tasks }));
        const lines = linesOf(sample, loop, tasks, all ? Number.POSITIVE_INFINITY : height());
        print((isOnce ? '' : clearScreen) + lines.join('\n'));
        if (isOnce) return;
      }
    }),
  );
}

function linesOf(
  sample: Sample,
  loop: number | null,
  tasks: readonly SampledTask[],
  most: number,
): string[] {
  const { program, ms, lost } = sample;
  const head = [
    plainText(program.name),
    `pid ${program.pid}`,
    program.runtime,
    ...(loop === null ? [] : [`loop ${percent(loop, 1)} busy`]),
    counted(sample.tasks.length, 'task'),
    `+${sample.begun} −${sample.ended}`,
    ...(lost > 0 ? [`${counted(lost, 'step')} lost`] : []),
  ].join('  ');
  const rows = tasks
    .slice(0, most)
    .map((task) => [
      plainText(task.name),
      busyText(task, ms),
      task.steps > 0 ? String(Math.round((task.steps * 1000) / ms)) : '',
      task.longest > 0 ? longestText(task.longest) : '',
      task.state,
      task.waited > 0 ? `${task.isCut ? '≥ ' : ''}${timeText(task.waited)}` : '',
      plainText(task.waitsFor),
    ]);
  const titles = ['TASK', 'BUSY', 'STEPS/s', 'LONGEST', 'STATE', 'FOR', 'WAITS FOR'];
  const more = tasks.length - rows.length;
  return [
    head,
    ...columns([titles, ...rows]),
    ...(more > 0 ? [`${counted(more, 'more task')}: --all shows them`] : []),
  ];
}

/** An async function runs, or awaits a promise of the host: it runs for that long at most. */
function busyText({ busy, between }: SampledTask, ms: number): string {
  if (busy + between === 0) return '';
  const text = percent(busy + between, ms);
  return between > 0 ? `≤ ${text.replace('< ', '')}` : text;
}

function percent(part: number, of: number): string {
  const share = of > 0 ? (part / of) * 100 : 0;
  return share > 0 && share < 1 ? '< 1 %' : `${Math.round(share)} %`;
}

function longestText(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : timeText(ms);
}
