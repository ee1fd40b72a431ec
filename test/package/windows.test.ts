/** What would break on Windows, which nothing here can run. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(root + file, 'utf8');
const listed = execFileSync('git', ['ls-files', '--stage'], { cwd: root, encoding: 'utf8' });
const files = listed
  .trim()
  .split('\n')
  .map((line) => ({ mode: line.slice(0, 6), name: line.slice(line.indexOf('\t') + 1) }))
  .filter(({ name }) => existsSync(root + name));

/** What Windows does not have: signals (but for Ctrl-C), `/proc`, a shell, user ids. */
const ofUnix =
  /\bkill\b(?!\w*:)|['`]SIG[A-Z\d]+\b|\.(?:on|off)\??\.?\(signal\b|['`]\/(?:proc|bin|tmp|dev)\b|\bgetuid\b|\buid\b|exec\('ps'/;

interface OnWindows {
  /** How many lines use it, so that one more is looked at. */
  readonly lines: number;
  /** The code that has something else in place of it, where there is one. */
  readonly fallback?: string;
  readonly happens: string;
}

const onWindows: Record<string, OnWindows> = {
  'recipes/child-process.ts': {
    lines: 2,
    happens: 'kill() ends the child at once, whatever the signal: it has no time to clean up.',
  },
  'recipes/promises/checksums.ts': { lines: 2, happens: 'Ctrl-C comes as SIGINT.' },
  'src/command-line/attach/attach.ts': {
    lines: 2,
    happens: 'Ctrl-C comes as SIGINT. Who ends the command by force leaves the inspector open.',
  },
  'src/command-line/attach/bun.ts': {
    lines: 2,
    fallback: 'On Linux, start it with',
    happens: 'There is no such file, and the command says that it looks at Bun on Linux only.',
  },
  'src/command-line/attach/inspector.ts': {
    lines: 3,
    fallback:
      "if (process.platform === 'win32') (process as unknown as DebugsProcesses)._debugProcess(pid);",
    happens:
      'Node opens the inspector by a call in place of the signal. Options in the environment are not known.',
  },
  'src/command-line/attach/ports.ts': {
    lines: 4,
    fallback: "if (process.platform === 'win32') {",
    happens: 'netstat tells the ports. How many clients there are is not known.',
  },
  'src/command-line/attach/processes.ts': {
    lines: 6,
    fallback: 'if (isWindows) {',
    happens:
      'tasklist tells the processes, without their arguments. Nobody asks what a process catches.',
  },
  'src/command-line/attach/turns.ts': {
    lines: 4,
    fallback: 'if (uid >= 0 && ',
    happens:
      'The signal 0 asks whether a process lives, as everywhere. The user has the id -1; its folder is its own by where it is.',
  },
  'src/command-line/list-command.ts': {
    lines: 1,
    fallback: 'return undefined;',
    happens: 'Whether a program has skein is not known until one looks at it.',
  },
  'src/command-line/open/live-target.ts': {
    lines: 2,
    fallback: "if (process.platform !== 'linux') return true;",
    happens:
      'The signal 0 asks whether a process lives, as everywhere. Only Linux tells that one has ended whose parent has not asked for its exit code.',
  },
  'src/command-line/worker-command.ts': {
    lines: 2,
    happens:
      'Ctrl-C drains. SIGTERM never comes: what is running is lost with the process, and its jobs go to another.',
  },
  'src/core/signals.ts': {
    lines: 4,
    happens:
      'Ctrl-C comes as SIGINT. SIGTERM never comes: what would send it ends the process at once.',
  },
  'src/executors/crossing/node.ts': { lines: 2, happens: 'Only types.' },
  'src/executors/lines/process/program.ts': {
    lines: 6,
    happens:
      'kill() ends the worker at once, whatever the signal. V8 ends with the exit code 134 when the heap is full.',
  },
  'src/executors/lines/process/watch-parent.ts': {
    lines: 2,
    happens: 'Is never used: the system ends the workers with the program (watchdog.ts).',
  },
  'src/executors/lines/process/watchdog.ts': {
    lines: 3,
    fallback: "let isHopeless = process.platform === 'win32';",
    happens: 'No shell is started: the system ends the workers with the program.',
  },
  'src/inspect/bun-inspector.ts': {
    lines: 7,
    fallback: 'if (process.getuid === undefined) return;',
    happens: 'Nothing is listened to. The command says that it looks at Bun on Linux only.',
  },
  'src/inspect/recorder/flight-recorder.ts': {
    lines: 3,
    fallback: 'signal in os.constants.signals',
    happens: 'SIGBREAK (Ctrl+Break) works. A signal that the system does not have is refused.',
  },
  'src/runner.ts': { lines: 1, happens: 'As in src/core/signals.ts.' },
};

describe('on Windows', () => {
  test('there is no symbolic link', () => {
    expect(files.filter(({ mode }) => mode === '120000')).toEqual([]);
  });

  test('each file has a name that it can have there, and no other file has it in other letters', () => {
    const names = files.map(({ name }) => name);
    expect(names.filter((name) => /[<>:"|?*\\]|[. ](?:\/|$)/.test(name))).toEqual([]);
    expect(
      names.filter((name) => /(?:^|\/)(?:aux|con|nul|prn|com\d|lpt\d)(?:\.|\/|$)/i.test(name)),
    ).toEqual([]);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  });

  test('npm scripts need no shell of Unix', () => {
    for (const file of ['package.json', 'eslint-plugin-skein/package.json', 'bench/package.json']) {
      const { scripts = {} } = JSON.parse(read(file)) as { scripts?: Record<string, string> };
      const ofUnix = /'|\*|\$|`|;|^\w+=|&& \w+=|\b(?:bash|sh|rm|cp|mv|cat|mkdir)\s|\.sh\b/;
      expect(Object.entries(scripts).filter(([, script]) => ofUnix.test(script))).toEqual([]);
    }
  });

  test('no path is made of a URL, and no URL of a path, by hand', () => {
    const byHand =
      /new URL\([^)]*import\.meta\.url\)\.pathname(?!\.endsWith)|`file:\/\/\$\{|'file:\/\/' \+/;
    const among = /^(?:src|tools|examples|recipes|eslint-plugin-skein)\/.*\.(?:ts|mjs|js)$/;
    const found = files
      .filter(({ name }) => among.test(name) && byHand.test(read(name)))
      .map(({ name }) => name);
    expect(found).toEqual([]);
  });

  test('each use of what only Unix has says what happens there', () => {
    const among = /^(?:src|recipes|examples)\/(?!test\/).*\.tsx?$/;
    const uses = files
      .filter(({ name }) => among.test(name))
      .map(({ name }) => {
        const code = read(name).replace(/\/\*\*?\s[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
        return [name, code.split('\n').filter((line) => ofUnix.test(line)).length] as const;
      })
      .filter(([, lines]) => lines > 0);
    const told = Object.entries(onWindows).map(([name, { lines }]) => [name, lines]);
    expect(Object.fromEntries(uses)).toEqual(Object.fromEntries(told));
    const lost = Object.entries(onWindows)
      .filter(([name, { fallback = '' }]) => !read(name).includes(fallback))
      .map(([name]) => name);
    expect(lost).toEqual([]);
  });
});
