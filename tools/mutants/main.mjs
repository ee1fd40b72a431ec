/**
 * Tries whether the laws of the primitives notice mistakes: makes one mistake after the other in a copy of the sources, and runs
 * the laws on it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../command-line.mjs';
import { mutations } from './mutations.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = `${root}.cache/mutants`;
const { positionals } = commandLine('npm run mutants', {
  usage: `Usage: npm run mutants -- [WORDS]

Tries whether the laws of the primitives notice mistakes. Each mistake has to break a law, or says why no program can see it: else the
exit code is 1.

  WORDS       only mistakes whose text has the words: npm run mutants -- queue
  -h, --help  this text
`,
  words: true,
  options: {},
});
const only = positionals.join(' ');

rmSync(copy, { recursive: true, force: true });
mkdirSync(copy, { recursive: true });
for (const part of ['package.json', 'tsconfig.json', 'src', 'tools/mutants']) {
  cpSync(`${root}${part}`, `${copy}/${part}`, { recursive: true });
}
const laws = readdirSync(`${root}test/unit/testing/explore`).filter((name) =>
  /laws\.ts$/.test(name),
);
for (const part of ['hosts.ts', ...laws.map((name) => `testing/explore/${name}`)]) {
  cpSync(`${root}test/unit/${part}`, `${copy}/test/unit/${part}`);
}

/** Runs the laws on the copy. Returns the law that was broken, if one was. */
function brokenLaw() {
  const args = ['--conditions=@skein/source', '--import', 'tsx', 'tools/mutants/run-laws.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status === 0) return undefined;
  const said = stdout.trim();
  if (status === 1 && said !== '') return said;
  throw new Error(`The laws did not run: ${stderr || `status ${status}`}`);
}

const broken = brokenLaw();
if (broken !== undefined) throw new Error(`A law is broken without any mistake: ${broken}`);

let survivors = 0;
for (const { says, file, from, to, changesNothing } of mutations) {
  if (!says.includes(only)) continue;
  const path = `${copy}/src/${file}`;
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${says}: its text is not once in ${file}`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  const law = brokenLaw();
  writeFileSync(path, source);
  const isExpected = (law === undefined) === (changesNothing !== undefined);
  if (!isExpected) survivors++;
  const caught =
    law === undefined ? `not noticed${changesNothing ? `: ${changesNothing}` : ''}` : law;
  console.log(`${isExpected ? '  ' : '! '}${says}\n      ${caught}`);
}
rmSync(copy, { recursive: true, force: true });
if (survivors > 0) {
  console.error(`${survivors} of them: the laws do not say what was expected.`);
  process.exitCode = 1;
}
