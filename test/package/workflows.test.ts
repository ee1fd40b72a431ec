/**
 * The workflows of GitHub, which nothing here can run: the parser of GitHub holds them to its schema, and rules of ours to what was promised.
 * The parser knows the keys, the types of values, and what an expression may name. What it does not know, the rules ask for.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(root + file, 'utf8');
const folder = '.github/workflows/';

let parser: typeof import('@actions/workflow-parser');
beforeAll(async () => {
  // It is written for bundlers: Node would refuse its imports of JSON.
  const outfile = `${root}.cache/workflow-parser.cjs`;
  await build({
    entryPoints: [fileURLToPath(import.meta.resolve('@actions/workflow-parser'))],
    outfile,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
  parser = createRequire(import.meta.url)(outfile);
});

/** What GitHub would say of a workflow before it runs it. */
async function problems(name: string, content: string): Promise<string[]> {
  const trace = new parser.NoOperationTraceWriter();
  const { context, value } = parser.parseWorkflow({ name, content }, trace);
  if (value !== undefined) await parser.convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

// A published package has no workflows.
describe.skipIf(!existsSync(`${root}.github`))('workflows', () => {
  const names = existsSync(root + folder) ? readdirSync(root + folder) : [];

  test.each(names)('%s is what the schema of GitHub allows', async (name) => {
    expect(await problems(name, read(folder + name))).toEqual([]);
  });

  test.each([
    ['runs-on: ubuntu-latest', 'run-on: ubuntu-latest', /Unexpected value 'run-on'/],
    ['timeout-minutes: 60', 'timeout-minutes: long', /Unexpected value 'long'/],
    ['contents: read', 'contents: reads', /Unexpected value 'reads'/],
    ['pull_request:', 'pull_requests:', /Unexpected value 'pull_requests'/],
    ['{{ github.ref', '{{ gitlab.ref', /Unrecognized named-value: 'gitlab'/],
    ['matrix.os }}', 'matrix.os', /expression is not closed/],
    ['      - run: npm test', '      - runs: npm test', /Unexpected value 'runs'/],
  ])('with a mistake are found: %s as %s', async (right, wrong, message) => {
    const text = read(`${folder}ci.yml`);
    expect(text).toContain(right);
    expect((await problems('ci.yml', text.replace(right, wrong))).join('\n')).toMatch(message);
  });

  test.each(names)(
    '%s says that it is untried, what it may do, and when it is given up',
    (name) => {
      const text = read(folder + name);
      expect(text).toMatch(/^# Untried: /);
      expect(text).toMatch(/^permissions:$/m);
      const jobs = text.slice(text.indexOf('\njobs:\n'));
      const count = (pattern: RegExp): number => [...jobs.matchAll(pattern)].length;
      expect(count(/^ {2}[\w-]+:$/gm)).toBeGreaterThan(0);
      expect(count(/^ {4}timeout-minutes: \d+$/gm)).toBe(count(/^ {2}[\w-]+:$/gm));
      for (const [, action] of text.matchAll(/uses: (.+)/g))
        expect(action).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    },
  );

  test('name only what their matrix has', () => {
    for (const name of names) {
      const text = read(folder + name);
      for (const [, key] of text.matchAll(/\bmatrix\.(\w+)/g))
        expect(text).toMatch(new RegExp(`^ {8}${key}: \\[`, 'm'));
    }
  });

  test('run everything on Linux, and npm test on macOS and Windows, with each Node', () => {
    const text = read(`${folder}ci.yml`);
    const [, everything = '', tests = '', runtimes = ''] = text
      .split(/^ {2}[\w-]+:\n {4}/m)
      .slice(-4);
    expect(everything).toMatch(/^runs-on: ubuntu-latest$.*- run: [^\n]*\.ci\/run$/ms);
    expect(tests).toMatch(/^ {8}os: \[ubuntu-latest, macos-latest, windows-latest\]$/m);
    expect(tests).toMatch(/^ {8}node: \[20, 22, 24, 26\]$/m);
    expect(tests).toMatch(/^ {6}- run: npm test$/m);
    expect(runtimes).toMatch(/npm install .* bun@\S+ deno@\S+/);
    expect(existsSync(`${root}.ci/run`)).toBe(true);
  });

  test('call only npm scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const name of names) {
      for (const [, script] of read(folder + name).matchAll(/- run: npm (?:run )?([\w-]+)/g)) {
        if (script !== 'ci' && script !== 'install') expect(scripts).toHaveProperty([script ?? '']);
      }
    }
  });

  test('of the other runtimes name the versions of .ci/run', () => {
    const versions = /node@24 bun@\S+ deno@\S+/;
    expect(versions.exec(read(`${folder}ci.yml`))?.[0]).toBe(versions.exec(read('.ci/run'))?.[0]);
  });
});
