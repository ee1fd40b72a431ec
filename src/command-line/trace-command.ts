/** `skein trace 4711`: records a running program for some seconds; `skein trace run.skein --out run.json` turns a recording into a trace. */
import { accessSync, constants, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { toPerfetto } from '../inspect/exports/to-perfetto.ts';
import type { Recording } from '../inspect/recorder/recording.ts';
import { readRecording } from '../inspect/recorder/recording-file.ts';
import { lookAtProgram } from './look-at-program.ts';
import { NotFoundError } from './not-found-error.ts';
import { callRecordProbe, withRecordProbe } from './open/live-target.ts';
import { pauseWhileItRuns } from './pause.ts';
import { print } from './print.ts';
import { parseProgramArguments } from './program-arguments.ts';
import { UsageError } from './usage-error.ts';

const help = `Usage: skein trace <pid|name> [options]
       skein trace <file.skein> --out <file.json>

Records for some seconds what the tasks of a running program do, on its main thread, and writes it into a file. The program needs no
preparation, except in Bun: bun --preload skein/inspect/register app.ts. See \`skein ps --help\`. The second form turns a recording into a trace.

  --seconds <n>  how long. Default: 5
  --out <file>   where to. A name that ends with .json gets a trace for https://ui.perfetto.dev and chrome://tracing; any other
                 the recording, which has all that was seen. Default: <name>-<pid>.skein
  --steps <n>    how many of the last steps are kept. Default: 262144
  --json         tells about the file as data instead of text

Exit codes: 1 nothing found, 2 the program cannot be looked at.`;

/** How long after its end the recorder takes itself out of the program, if this command has gone. */
const graceMs = 10_000;
/** How many bytes are fetched at a time: the program stands still for each. */
const sliceBytes = 2 ** 19;
/** Only the user may read the file: names and reasons may tell more than others are to know. */
const ownerOnly = 0o600;

function numberOf(
  given: unknown,
  name: string,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (given === undefined) return otherwise;
  const number = Number(given);
  if (given !== '' && number >= least && number <= most) return number;
  throw new UsageError(
    `expected --${name} to be a number from ${least} to ${most}, but got ${given}.`,
  );
}

export async function traceCommand(args: readonly string[]): Promise<void> {
  const given = parseProgramArguments('trace', args, ['pid'], ['seconds', 'out', 'steps']);
  if (given.help) return print(help);
  const [program] = given.positionals as [string];
  const { out } = given.values as { out?: string };
  const seconds = numberOf(given.values['seconds'], 'seconds', 5, 0, 3600);
  const steps = numberOf(given.values['steps'], 'steps', 2 ** 18, 16, 2 ** 24);
  const bytes = program.endsWith('.skein')
    ? fileOf(program, out)
    : await record(program, seconds, steps, out);
  const recording = await readRecording(bytes);
  const { name, pid } = recording.program;
  const file = out ?? `${name.replace(/\.\w+$/, '') || 'program'}-${pid}.skein`;
  const written = file.endsWith('.json') ? toPerfetto(recording) : bytes;
  writeFileSync(file, written, { mode: ownerOnly });
  const told = toldOf(recording, file, written.length);
  if (given.json) return print(JSON.stringify(told));
  const count = (number: number): string => number.toLocaleString('en-US');
  print(
    `${told.seconds.toFixed(1)} s, ${count(told.tasks)} tasks, ${count(told.steps)} steps, ${count(told.lost)} lost → ${file} (${count(Math.ceil(told.bytes / 1000))} kB)`,
  );
  print(
    file.endsWith('.json')
      ? 'Open it at https://ui.perfetto.dev: it stays on this machine.'
      : `For https://ui.perfetto.dev: skein trace ${file} --out ${file.replace(/\.skein$/, '')}.json`,
  );
}

function toldOf(
  { began, ended, tasks, steps, lost, program }: Recording,
  file: string,
  bytes: number,
) {
  const seconds = (ended - began) / 1000;
  return {
    program,
    file,
    bytes,
    seconds,
    tasks: tasks.length,
    steps: steps.length,
    lost: lost.steps,
  };
}

function fileOf(name: string, out: string | undefined): Uint8Array {
  if (out === undefined)
    throw new UsageError(
      `expected --out with a recording. Write \`skein trace ${name} --out ${name.replace(/\.skein$/, '.json')}\`.`,
    );
  try {
    return readFileSync(name);
  } catch (error) {
    throw new NotFoundError(`cannot read ${name}: ${(error as Error).message}.`);
  }
}

/** Refuses a file that cannot be written, before anything is recorded for it. */
function checkPlace(out = 'program.skein'): void {
  try {
    accessSync(dirname(out), constants.W_OK);
    if (statSync(out, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    throw new UsageError(
      `expected --out to be a file that can be written, but got ${out}: ${(error as Error).message}.`,
    );
  }
}

/** What `RecordProbe.end()` returns, as JSON. */
interface Ended {
  readonly header: string;
  readonly size: number;
}

/** Returns the file of the recording. The program sends what it has as it is; the gzip is made here. */
async function record(
  program: string,
  seconds: number,
  steps: number,
  out: string | undefined,
): Promise<Uint8Array> {
  checkPlace(out);
  return lookAtProgram(program, (target, threads) =>
    withRecordProbe(target, threads, async (session) => {
      await callRecordProbe(session, `begin(${steps}, ${seconds * 1000 + graceMs})`);
      await pauseWhileItRuns(session, seconds * 1000);
      const ended = await callRecordProbe<string>(session, 'end()');
      const { header, size } = JSON.parse(ended) as Ended;
      const chunks: Buffer[] = [];
      for (let at = 0; at < size; at += sliceBytes) {
        const text = await callRecordProbe<string>(session, `slice(${at}, ${at + sliceBytes})`);
        chunks.push(Buffer.from(text, 'base64'));
      }
      return Buffer.concat([Buffer.from(`${header}\n`), gzipSync(Buffer.concat(chunks))]);
    }),
  );
}
