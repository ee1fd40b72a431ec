/** `skein open run.skein` shows a recording in a browser; `skein open 4711` a program that runs, while it runs. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readRecording } from '../inspect/recorder/recording-file.ts';
import { servePage } from '../inspect/server/page-server.ts';
import { lookAtProgram } from './look-at-program.ts';
import { ended, fateOf, liveTarget, withRecordProbe } from './open/live-target.ts';
import { pause } from './pause.ts';
import { print } from './print.ts';
import { sentence } from './program-arguments.ts';
import { UsageError } from './usage-error.ts';
import { counted, plainText, timeText } from './words.ts';

const help = `Usage: skein open <file> [options]
       skein open <pid|name> [options]

Shows the tasks of a program over time, what each waits for, and which task holds that: of a recording, or of a program that runs, on its main
thread, while it runs. Prints the address of a page, which works without a network, and serves it until Ctrl+C. Only this machine can reach it, and
only who knows the whole address can read it. A program needs no preparation, except in Bun:
bun --preload skein/inspect/register app.ts. See \`skein ps --help\`. Its inspector is open until the end.

  --port <number>  the port. Default: one that is free
  --read-only      no task of the program can be cancelled from the page
  --json           data instead of text

Exit codes: 1 there is no such recording or program, 2 the command line is wrong, or the program cannot be looked at.`;

const mostPorts = 65_535;
/** How long the page has to hear that the program has ended, in ms. */
const toldMs = 1000;

interface Settings {
  readonly port: number;
  readonly json: boolean;
  readonly readOnly: boolean;
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs> {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        json: { type: 'boolean' },
        'read-only': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${sentence((error as Error).message)} See \`skein open --help\`.`);
  }
}

function portOf(given: unknown): number {
  const port = given === undefined ? 0 : Number(given);
  if (given !== '' && Number.isInteger(port) && port >= 0 && port <= mostPorts) return port;
  throw new UsageError(`expected --port to be a port, from 0 to ${mostPorts}, but got ${given}.`);
}

export async function openCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values['help'] === true) return print(help);
  const [shown] = positionals;
  if (shown === undefined || positionals.length > 1) {
    const got = shown === undefined ? 'nothing' : `\`${positionals.join(' ')}\``;
    throw new UsageError(
      `expected a recording, or a process id or the name of a script, but got ${got}. Write \`skein open <file>\` or \`skein open <pid>\`.`,
    );
  }
  const settings: Settings = {
    port: portOf(values['port']),
    json: values['json'] === true,
    readOnly: values['read-only'] === true,
  };
  const isFile = shown.endsWith('.skein') || (!/^\d+$/.test(shown) && existsSync(shown));
  await (isFile ? openFile(shown, settings) : openProgram(shown, settings));
}

async function openFile(file: string, { port, json }: Settings): Promise<void> {
  const bytes = readFileSync(file);
  // A file that is none is told here, and not by an empty page.
  const { tasks, began, ended } = await readRecording(bytes);
  const { url } = await servePage(bytes, port);
  if (json) return print(JSON.stringify({ url, tasks: tasks.length }));
  print(`${file}: ${counted(tasks.length, 'task')} in ${timeText(ended - began)}`);
  print(`Open ${url}`);
  print('Ctrl+C ends it.');
}

function openProgram(program: string, { port, json, readOnly }: Settings): Promise<void> {
  return lookAtProgram(program, async (target, threads) => {
    const { pid, name } = target.info;
    await withRecordProbe(target, threads, async (session) => {
      const server = await servePage(liveTarget(session, pid, !readOnly), port);
      target.stay();
      let isLeft = false;
      // At Ctrl+C the page is left first: the program goes on, so the page may not be told that it has ended.
      target.atEnd.unshift(async () => {
        isLeft = true;
        server.close();
      });
      if (json) print(JSON.stringify({ url: server.url, pid }));
      else {
        print(`${plainText(name)}  pid ${pid}`);
        print(`Open ${server.url}`);
        print('Ctrl+C ends it.');
      }
      await session.ending;
      if (isLeft) return;
      const { text } = session.isEnding ? ended : await fateOf(undefined, pid);
      if (!json) print(text);
      await pause(toldMs);
      server.close();
    });
  });
}
