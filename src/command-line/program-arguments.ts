/** The arguments of commands that look at a running program: its process id or the name of its script, and options. */
import { parseArgs } from 'node:util';
import { runtimes } from './attach/processes.ts';
import { NotFoundError } from './not-found-error.ts';
import { UsageError } from './usage-error.ts';

export interface ProgramArguments {
  readonly positionals: readonly string[];
  readonly json: boolean;
  readonly all: boolean;
  readonly help: boolean;
  readonly filter: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The lines about options that all of these commands have. */
export const usualOptions = `  --json           data instead of text
  --filter <text>  only tasks with this text in their names
  --all            all lines, also if they are more than the terminal has`;

/**
 * @param command - The name of the command.
 * @param places - How many arguments it expects.
 * @param texts - The options of its own that have a value.
 * @throws UsageError when something else was given.
 */
export function parseProgramArguments(
  command: string,
  args: readonly string[],
  places: readonly string[],
  texts: readonly string[] = [],
): ProgramArguments {
  const usage = `skein ${command}${places.map((place) => ` <${place}>`).join('')}`;
  const named = Object.fromEntries(
    [...texts, 'filter'].map((name) => [name, { type: 'string' }] as const),
  );
  const flags = {
    json: { type: 'boolean' },
    all: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...named, ...flags },
    });
  } catch (error) {
    throw new UsageError(`${sentence((error as Error).message)} See \`skein ${command} --help\`.`);
  }
  const { values, positionals } = parsed;
  const help = values['help'] === true;
  if (!help && positionals.length !== places.length) {
    const got = positionals.length === 0 ? 'nothing' : `\`${positionals.join(' ')}\``;
    throw new UsageError(`expected ${listOf(places)}, but got ${got}. Write \`${usage}\`.`);
  }
  const filter = values['filter'] as string | undefined;
  return {
    positionals,
    json: values['json'] === true,
    all: values['all'] === true,
    help,
    filter,
    values,
  };
}

/** Ends a message of Node with a full stop. */
export function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

function listOf(places: readonly string[]): string {
  const words: Record<string, string> = {
    pid: 'a process id or the name of a script',
    task: 'the id of a task',
  };
  return places.length === 0
    ? 'no arguments'
    : places.map((place) => words[place] ?? place).join(' and ');
}

/** Returns the id of the process that is meant: by its id, or by the name of its script. */
export async function pidOf(given: string): Promise<number> {
  if (/^\d+$/.test(given)) return Number(given);
  const found = (await runtimes()).filter(
    ({ name }) => name === given || name.replace(/\.\w+$/, '') === given,
  );
  if (found.length === 1) return (found[0] as { pid: number }).pid;
  if (found.length === 0)
    throw new NotFoundError(
      `no process of Node, Deno or Bun runs a script \`${given}\`. \`skein list\` shows them all.`,
    );
  const pids = found.map(({ pid }) => pid).join(', ');
  throw new UsageError(
    `expected the name of one process, but \`${given}\` is that of ${found.length}. Give the id of one: ${pids}.`,
  );
}

/** Returns the number of a time that was given in ms. */
export function timeOf(
  values: Readonly<Record<string, unknown>>,
  name: string,
  otherwise: number,
): number {
  const given = values[name];
  if (given === undefined) return otherwise;
  const ms = Number(given);
  if (given !== '' && ms >= 0 && ms < 2 ** 31) return ms;
  throw new UsageError(`expected --${name} to be a time in ms, but got ${given}.`);
}
