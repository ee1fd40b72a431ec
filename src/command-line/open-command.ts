/** `skein open run.skein`: shows a recording in a browser. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readRecording } from '../inspect/recorder/recording-file.ts';
import { servePage } from '../inspect/server/page-server.ts';
import { print } from './print.ts';
import { UsageError } from './usage-error.ts';
import { counted, timeText } from './words.ts';

const help = `Usage: skein open <file> [options]

Shows a recording: the tasks over time, what each waits for, and which task holds that. Prints the address of a page, which works without a
network, and serves it until Ctrl+C. Only this machine can reach it, and only who knows the whole address can read the recording.

  --port <number>  the port. Default: one that is free
  --json           data instead of text

Exit codes: 1 there is no such recording, 2 the command line is wrong.`;

const mostPorts = 65_535;

function parse(args: readonly string[]): ReturnType<typeof parseArgs> {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See \`skein open --help\`.`);
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
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    const got = file === undefined ? 'nothing' : `\`${positionals.join(' ')}\``;
    throw new UsageError(`expected a recording, but got ${got}. Write \`skein open <file>\`.`);
  }
  const port = portOf(values['port']);
  const bytes = readFileSync(file);
  // A file that is none is told here, and not by an empty page.
  const { tasks, began, ended } = await readRecording(bytes);
  const { url } = await servePage(bytes, port);
  if (values['json'] === true) return print(JSON.stringify({ url, tasks: tasks.length }));
  print(`${file}: ${counted(tasks.length, 'task')} in ${timeText(ended - began)}`);
  print(`Open ${url}`);
  print('Ctrl+C ends it.');
}
