/** `skein cancel 4711 7`: asks a task to stop. */
import { lookAtProgram } from './look-at-program.ts';
import { pause, pauseMs } from './pause.ts';
import { print } from './print.ts';
import { ask } from './probe/call-probe.ts';
import { parseProgramArguments } from './program-arguments.ts';
import { noTask, parseTaskId, threadOf } from './task-argument.ts';
import { plainText } from './words.ts';

const help = `Usage: skein cancel <pid|name> <task> [options]

Asks a task of a running program to stop, as task.cancel() does: a CancelledError comes out of its await. The id of the task is that of
\`skein ps\`. The program is told by a warning, which goes to the exception handler of its loop.

  --reason <text>  the reason of the CancelledError. Default: cancelled by \`skein cancel\`
  --json           data instead of text

Exit codes: 1 nothing found, 2 the program cannot be looked at.`;

/** How long the program may take to make the request, in ms. */
const madeMs = 1000;

interface Told {
  readonly name?: string;
  readonly made?: boolean;
}

export async function cancelCommand(args: readonly string[]): Promise<void> {
  const given = parseProgramArguments('cancel', args, ['pid', 'task'], ['reason']);
  if (given.help) return print(help);
  const [program, id] = given.positionals as [string, string];
  const taskId = parseTaskId(id);
  const { number } = taskId;
  const reason = (given.values['reason'] as string | undefined) ?? 'cancelled by `skein cancel`';
  const { name, made } = await lookAtProgram(program, async (_, threads): Promise<Told> => {
    const connected = threadOf(taskId, threads);
    const { session } = connected;
    const told = (await ask(session, { verb: 'cancel', id: number, reason })) as Told;
    if (told.name === undefined) throw noTask(id, program);
    for (let waited = 0; waited < madeMs; waited += pauseMs) {
      const { made } = (await ask(session, { verb: 'cancelled' })) as Told;
      if (made !== undefined) return { name: told.name, made };
      await pause(pauseMs);
    }
    return { name: told.name };
  });
  if (given.json) return print(JSON.stringify({ id, name, made: made ?? null }));
  const task = `${plainText(name ?? '')} (${id})`;
  if (made === undefined) print(`${task} is asked to stop as soon as its thread has time.`);
  else if (made) print(`${task} was asked to stop.`);
  else print(`${task} was done before it could be asked.`);
}
