/** `skein list`: the processes that can be looked at. Sends no signal to any of them. */
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openInspector } from './attach/inspector.ts';
import { type ProcessInfo, runtimes, scriptOf } from './attach/processes.ts';
import { print } from './print.ts';
import { parseProgramArguments } from './program-arguments.ts';
import { columns } from './table.ts';
import { plainText } from './words.ts';

const help = `Usage: skein list [--json]

Lists the processes of Node, Deno and Bun that you may look at. No process is disturbed: whether one has skein is guessed by its
script, and by the packages that this finds. \`skein ps <pid>\` looks into one.

  --json  data instead of text
  --all   also those whose script does not find skein

Exit code: 1 if there are none.`;

interface Listed {
  readonly pid: number;
  readonly name: string;
  readonly runtime: string;
  /** True if the script finds a package `skein`; undefined if its folder is not known. */
  readonly skein: boolean | undefined;
  /** The port of its inspector, if that is open. */
  readonly inspector: number | undefined;
}

export async function listCommand(args: readonly string[]): Promise<void> {
  const given = parseProgramArguments('list', args, []);
  if (given.help) return print(help);
  const all = await Promise.all((await runtimes()).map(listed));
  const found = given.all ? all : all.filter(({ skein }) => skein !== false);
  const { filter } = given;
  const shown = filter === undefined ? found : found.filter(({ name }) => name.includes(filter));
  if (shown.length === 0) process.exitCode = 1;
  if (given.json) return print(JSON.stringify(shown));
  const rows = shown.map(({ pid, name, runtime, skein, inspector }) => [
    String(pid),
    plainText(name),
    runtime,
    skein === undefined ? '?' : skein ? 'yes' : 'no',
    inspector === undefined ? '' : `open at port ${inspector}`,
  ]);
  for (const line of columns([['PID', 'SCRIPT', 'RUNTIME', 'SKEIN', 'INSPECTOR'], ...rows]))
    print(line);
  const others = all.length - found.length;
  if (others > 0) print(`${others} more without skein: --all shows them`);
}

async function listed(info: ProcessInfo): Promise<Listed> {
  const inspector = await openInspector(info).catch(() => undefined);
  const { pid, name, executable: runtime } = info;
  return { pid, name, runtime, skein: findsSkein(info), inspector: inspector?.port };
}

/** How much of a script is read, in bytes: no bundle is larger, and other files are no scripts. */
const maxScript = 20_000_000;

/** Tells whether the script has skein in it, as a bundle has, or stands where it finds a package `skein`. */
function findsSkein({ pid, command }: ProcessInfo): boolean | undefined {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    const given = scriptOf(command);
    const script = given === undefined ? undefined : resolve(cwd, given);
    if (script !== undefined && existsSync(script) && statSync(script).size < maxScript) {
      if (/skein\.current\/|\bskein\b/.test(readFileSync(script, 'utf8'))) return true;
    }
    let folder = script === undefined ? cwd : dirname(script);
    for (;;) {
      if (existsSync(join(folder, 'node_modules', 'skein'))) return true;
      const above = dirname(folder);
      if (above === folder) return false;
      folder = above;
    }
  } catch {
    return undefined;
  }
}
