/**
 * Every function, constructor and method of the package is called with hostile values. A call may return, throw a TypeError or
 * RangeError that says what was expected, one of the package's own errors, or the very error that the hostile value threw. It
 * may not hang, let an error escape, or harm what is called after it.
 *
 * The seed is printed. `npm test` makes the same calls each time, so that it tells of the change and not of the day. `npm run fuzz` draws
 * a seed, or makes the same calls again.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getEventLoop } from 'skein';
import { parseSync } from 'vite';
import { afterAll, describe, expect, test } from 'vitest';
import { argumentsOf, knownOptions } from './arguments.ts';
import { allMembers } from './calls.ts';
import { entries, exported, isClass, unexported } from './exports.ts';
import { closePools } from './pools.ts';
import { receivers } from './receivers.ts';
import { newWorld, type World } from './world.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const seed = Number(process.env['SKEIN_FUZZ_SEED'] ?? 7);
const runs = Number(process.env['SKEIN_FUZZ_CALLS'] ?? 4000);
const pattern = process.env['SKEIN_FUZZ_MEMBERS'] ?? '';
const index = process.env['SKEIN_FUZZ_INDEX'];

/** The program prints a line before each call. One call that takes so long hangs. */
const silenceMs = 150_000;

afterAll(closePools);

describe('the fuzz knows', () => {
  const world: World = newWorld(getEventLoop());

  test('every entry of the package', () => {
    const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
    // `skein/debug` and `skein/inspect/register` export nothing. `skein/transform` is called by `test/node/transform/`,
    // `skein/inspect/otel` and `skein/inspect/server` by `test/node/inspect/`.
    const others = Object.keys(exports).filter(
      (name) => !/debug|fast-check|json|otel|register|server|transform/.test(name),
    );
    expect(others.sort()).toEqual(Object.keys(entries).sort());
  });

  test('an instance of every exported class, and of no other', () => {
    const classes = [...exported].filter(([, of]) => isClass(of)).map(([name]) => name);
    expect(Object.keys(receivers).sort()).toEqual([...classes, ...unexported].sort());
  });

  test('arguments for everything that takes some', async () => {
    const members = await allMembers(world);
    for (const undo of world.left) undo();
    const unknown = members.filter(
      ({ name, kind, length }) =>
        (kind === 'call' || (kind !== 'set' && kind !== 'get' && length > 0)) &&
        argumentsOf(name) === undefined,
    );
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });

  test('every option', () => {
    const known = knownOptions(world);
    const unknown = declaredOptions().filter((name) => !known.has(name.split(': ')[1] as string));
    expect(unknown).toEqual([]);
  });

  test('every property that a program may set', () => {
    expect(writableFields()).toEqual([]);
  });
});

/** The fields of exported classes whose types let a program write them: those with a setter are called above. */
function writableFields(): string[] {
  const found: string[] = [];
  for (const node of declarations()) {
    if (node.type !== 'ClassDeclaration' || !exported.has(node.id?.name ?? '')) continue;
    for (const { type, key, readonly } of (node.body as { body: Node[] }).body) {
      const isField = type === 'PropertyDefinition' && readonly !== true;
      if (isField && key?.type === 'Identifier') found.push(`${node.id?.name}.${key.name}`);
    }
  }
  return found;
}

/** The options of all interfaces that are named so, and of parameters `options`, from the declarations of the build. */
function declaredOptions(): string[] {
  const found = new Set<string>();
  for (const node of declarations()) {
    // Those of recordings are left out as their functions are; `CheckedOptions` and `WireOptions` are of the library itself.
    const isNamed =
      node.type === 'TSInterfaceDeclaration' &&
      /(?<!^Record|^FlightRecorder|^Checked|^Wire)Options$/.test(node.id?.name ?? '');
    const isParameter = node.type === 'Identifier' && node.name === 'options';
    const members = isNamed
      ? (node.body as { body: Node[] }).body
      : isParameter
        ? node.typeAnnotation?.typeAnnotation.members
        : [];
    for (const { type, key } of members ?? []) {
      if (type !== 'TSPropertySignature') continue;
      found.add(`${isNamed ? node.id?.name : node.name}: ${key?.name}`);
    }
  }
  for (const own of ['chunked', 'passed']) found.delete(`JobOptions: ${own}`);
  return [...found];
}

/** All nodes of the declarations of the build. */
function declarations(): Node[] {
  const nodes: Node[] = [];
  for (const file of readdirSync(`${root}dist`, { recursive: true, encoding: 'utf8' })) {
    // What the library itself gives to Node.
    if (
      !file.endsWith('.d.ts') ||
      /crossing\/node|cluster\/redis|explore\/|exports\/otel|inspect\/server\/|fast-check|transform\//.test(
        file,
      )
    )
      continue;
    const code = readFileSync(`${root}dist/${file}`, 'utf8');
    const { program } = parseSync(file, code, { lang: 'dts', sourceType: 'module' });
    visit(program, (node) => void nodes.push(node));
  }
  return nodes;
}

interface Node {
  readonly type: string;
  readonly readonly?: boolean;
  readonly accessibility?: string;
  readonly name?: string;
  readonly id?: { readonly name: string };
  readonly key?: { readonly name: string; readonly type: string };
  readonly body?: unknown;
  readonly typeAnnotation?: { readonly typeAnnotation: { readonly members?: Node[] } };
}

function visit(node: unknown, look: (node: Node) => void): void {
  if (typeof node !== 'object' || node === null) return;
  look(node as Node);
  for (const child of Object.values(node)) visit(child, look);
}

test(
  `${runs} calls with hostile values harm nothing (seed ${seed})`,
  async () => {
    console.log(`fuzz: npm run fuzz -- --calls ${runs} --seed ${seed} makes these calls again`);
    const { failed, end, called } = await makeCalls();
    expect(failed).toEqual([]);
    expect(end).toBe('ENDED');
    if (pattern !== '' || index !== undefined || runs < 4000) return;
    expect([...declaredMembers()].filter((name) => !called.has(name))).toEqual([]);
  },
  600_000 + runs * 30,
);

/** What programs may call, by the declarations of the build: all functions, and the methods of all classes that they get. */
function declaredMembers(): Set<string> {
  const names = new Set<string>();
  for (const [name, of] of exported) if (!isClass(of)) names.add(name);
  for (const node of declarations()) {
    const owner = node.id?.name ?? '';
    if (node.type !== 'ClassDeclaration') continue;
    if (!exported.has(owner) && !unexported.some((name) => name === owner)) continue;
    for (const { type, key, accessibility } of (node.body as { body: Node[] }).body) {
      if (!/MethodDefinition$/.test(type) || accessibility !== undefined) continue;
      if (key?.type !== 'Identifier' || key.name.startsWith('_')) continue;
      names.add(key.name === 'constructor' ? `new ${owner}` : `${owner}#${key.name}`);
    }
  }
  return names;
}

/** Runs the program, and ends it when it says nothing for too long. */
function makeCalls(): Promise<{ failed: string[]; end: string; called: Set<string> }> {
  const program = fileURLToPath(new URL('program.ts', import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = ['--import', 'tsx', program, String(seed), String(runs), pattern];
  const child = spawn(process.execPath, index === undefined ? args : [...args, index], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const failed: string[] = [];
  const called = new Set<string>();
  let last = 'It did not begin';
  let rest = '';
  let errors = '';
  return new Promise((resolve, reject) => {
    const hangs = (): void => {
      failed.push(`${last} | It hangs, or keeps the program alive`);
      child.kill('SIGKILL');
    };
    let watchdog = setTimeout(hangs, silenceMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(hangs, silenceMs);
      const lines = (rest + text).split('\n');
      rest = lines.pop() as string;
      for (const line of lines) {
        if (line.startsWith('FAILED ')) failed.push(line.slice('FAILED '.length));
        else last = line;
        called.add(/^\d+ \w+ (.+?): /.exec(line)?.[1] ?? line);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-5000);
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(watchdog);
      resolve({ failed, end: last === 'ENDED' ? last : `${last}\n${errors}`, called });
    });
  });
}
