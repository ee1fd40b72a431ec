/** Each tool that takes arguments says which, and refuses others in a sentence: a mistake starts no work of minutes. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The name in `npm run`, and the file. */
const tools: [name: string, file: string][] = [
  ['npm run behaviours', 'tools/behaviours.mjs'],
  ['npm run bench', 'bench/main.mjs'],
  ['npm run explorations', 'tools/explorations/main.mjs'],
  ['npm run fuzz', 'tools/fuzz.mjs'],
  ['npm run mutants', 'tools/mutants/main.mjs'],
  ['npm run page-frames', 'tools/page/frames.mjs'],
  ['npm run size', 'tools/size/main.mjs'],
  ['npm run site', 'site/main.mjs'],
  ['npm run soak', 'tools/soak/main.mjs'],
];
/** These hand other arguments on to vitest. */
const handingOn: [name: string, file: string][] = [
  ['npm test', 'tools/test.mjs'],
  ['npm run probes', 'tools/probes.mjs'],
];

function ran(file: string, ...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { stdout, stderr, status };
}

describe('the command line of a tool', () => {
  test.each([...tools, ...handingOn])('%s -- --help prints the usage', (name, file) => {
    for (const help of ['--help', '-h']) {
      const { stdout, stderr, status } = ran(file, help);
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      expect(stdout).toMatch(new RegExp(`^Usage: ${name}( --.*)?\n`));
      expect(stdout).toMatch(/^ {2}-h, --help +this text$/m);
    }
  });

  test.each(tools)('%s -- --nope is refused in a sentence', (name, file) => {
    const { stdout, stderr, status } = ran(file, '--nope');
    expect(stderr).toMatch(
      new RegExp(
        `^Unknown option '--nope'\\. \`${name} -- --help\` lists the (words and )?options\\.\n$`,
      ),
    );
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  test.each([
    ['fuzz', 'tools/fuzz.mjs', '--calls', 'many', 'a whole number'],
    ['fuzz', 'tools/fuzz.mjs', '--seed', '1.5', 'a whole number'],
    ['explorations', 'tools/explorations/main.mjs', '--seeds', 'x', 'a whole number'],
    ['page-frames', 'tools/page/frames.mjs', '--tasks', '1e', 'a whole number'],
    ['size', 'tools/size/main.mjs', '--limit', 'small', 'a whole number'],
    ['soak', 'tools/soak/main.mjs', '--seed', '', 'a whole number'],
    ['soak', 'tools/soak/main.mjs', '--scale', 'half', 'a share like 0.1'],
  ])('npm run %s refuses what is no number', (name, file, option, text, wanted) => {
    const { stdout, stderr, status } = ran(file, `${option}=${text}`);
    expect({ stdout, stderr, status }).toEqual({
      stdout: '',
      stderr: `\`${option}\` expected ${wanted}, but got '${text}'. \`npm run ${name} -- --help\` lists the ${/soak|size/.test(name) ? 'words and ' : ''}options.\n`,
      status: 2,
    });
  });

  test('an option without its value, a value too much, and a word that is not wanted are refused', () => {
    const told = (...args: string[]) => ran('tools/fuzz.mjs', ...args).stderr;
    const advice = '`npm run fuzz -- --help` lists the options.\n';
    expect(told('--calls')).toBe(`Option '--calls <value>' argument missing. ${advice}`);
    expect(told('--help=yes')).toMatch(/^Option '-h, --help' does not take an argument\. `npm/);
    expect(told('gather')).toBe(`Unexpected argument 'gather'. ${advice}`);
  });
});
