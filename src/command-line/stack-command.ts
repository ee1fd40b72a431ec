/** `skein stack 4711 7`: where does that task stand? */
import { lookAtProgram } from './look-at-program.ts';
import { print } from './print.ts';
import { ask } from './probe/call-probe.ts';
import type { ThreadSnapshot } from './probe/snapshot.ts';
import { placesOf, placeText, stackOfThread } from './probe/where.ts';
import { parseProgramArguments } from './program-arguments.ts';
import { noTask, parseTaskId, threadOf } from './task-argument.ts';
import { plainText, taskText, waitsText } from './words.ts';

const help = `Usage: skein stack <pid|name> <task> [options]

Shows where a task stands, the innermost place first: the coroutine that it runs, and the async functions that it awaits. The id of the
task is that of \`skein ps\`. Where an async function stands in its code is known in debug mode only (SKEIN_DEBUG=1); without it, where it
begins. A task that computes is stopped for some milliseconds, to read its stack.

  --json           data instead of text

Exit codes: 1 nothing found, 2 the program cannot be looked at.`;

export async function stackCommand(args: readonly string[]): Promise<void> {
  const given = parseProgramArguments('stack', args, ['pid', 'task']);
  if (given.help) return print(help);
  const [program, id] = given.positionals as [string, string];
  const taskId = parseTaskId(id);
  const { number } = taskId;
  const { thread, task, places } = await lookAtProgram(program, async (target, threads) => {
    const connected = threadOf(taskId, threads);
    const told = (await ask(connected.session, { verb: 'snapshot' })) as ThreadSnapshot;
    const thread = { ...told, thread: connected.number };
    const task = thread.loops.flatMap(({ tasks }) => tasks).find((each) => each.id === number);
    if (task === undefined) throw noTask(id, program);
    if (task.stack.length > 0) return { thread, task, places: [] };
    const isRunning = task.state === 'running' && !target.isShared;
    const places = await (isRunning
      ? stackOfThread(connected.session)
      : placesOf(connected.session, number));
    return { thread, task, places };
  });
  if (given.json) return print(JSON.stringify({ task, places }));
  const waits = waitsText(thread, task);
  print(
    `${taskText(thread, { ...task, done: false })}  ${task.state}${waits === '' ? '' : ` for ${waits}`}`,
  );
  const lines = task.stack.length > 0 ? task.stack : places.map(placeText);
  for (const line of lines) print(`  at ${plainText(line)}`);
  if (lines.length === 0) print('  Where it stands is not known. Debug mode knows: SKEIN_DEBUG=1.');
}
