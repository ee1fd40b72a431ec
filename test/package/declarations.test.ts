/**
 * What a program makes of this package it may export: also one that is a library itself, whose compiler writes declarations. It has to find a
 * public name for each type.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { olderCompiler } from './older-compiler.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const program = `import 'skein/debug';
import 'skein/executors/worker';
import 'skein/inspect/otel';
import 'skein/inspect/register';
import 'skein/inspect/server';
import 'skein/testing/fast-check';
import 'skein/transform/awaits';
import * as s from 'skein';
import * as e from 'skein/executors';
import * as c from 'skein/cluster';
import * as i from 'skein/inspect';
import * as t from 'skein/testing';
export const ofAsync = s.createTask(async () => 1);
export const ofGenerator = s.createTask(function* () { yield* s.sleep(1); return 'a'; });
export const both = s.gather([ofAsync, ofGenerator]);
export const bothOrErrors = s.gather([ofAsync, ofGenerator], { returnExceptions: true });
export const every = s.all([async () => 1, async () => 'a']);
export const outcomes = s.allSettled([async () => 1, async () => 'a']);
export const first = s.race([async () => 1, async () => 'a']);
export const anyOne = s.any([async () => 1]);
export const waited = s.wait([ofAsync]);
export const completed = s.asCompleted([ofAsync]);
export const results = s.mapConcurrent([1], async (n) => n, { indexed: true });
export const declared = s.coroutine(function* (n: number) { yield* s.sleep(n); return n; });
export const limited = s.timeout(10, async () => 1);
export const grouped = s.taskGroup(async (group) => { const x = group.createTask(async () => 1); return x; });
export const scoped = s.cancelScope({ deadline: 5 }, async (scope) => scope.signal);
export const moved = s.moveOnAfter(10, async () => 1);
export const shielded = s.shield(ofAsync);
export const items = s.channel<number>(3);
export const retried = s.retry(async () => 1, { attempts: 3 });
export const shared = s.singleFlight(async (n: number) => n, { key: (n) => n });
export const newest = s.latest(async (n: number) => n);
export const rate = new s.RateLimiter({ limit: 1, interval: 1 });
export const capacity = new s.CapacityLimiter(3);
export const queue = new s.Queue<number>();
export const variable = new s.ContextVar<number>('n', { defaultValue: 1 });
export const context = s.copyContext();
export const ofPromise = s.fromPromise(async (signal) => signal.aborted);
export const staggered = s.staggeredRace([async () => 1], 5);
export const loop = s.getEventLoop();
export const timer = loop.callLater(1, () => {});
export const pool = new e.ThreadPoolExecutor({ initializer: (n: number) => n, initArgs: [1] });
export const job = pool.submit((n: number) => n, 1);
export const jobWithReports = pool.submitWith({ onProgress: (p: number) => p }, function (n: number) { return n; }, 1);
export const mapped = pool.map((n: number) => n, [1]);
export const mappedOutcomes = pool.map((n: number) => n, [1], { settled: true });
export const stream = pool.stream(function* () { yield 1; });
export const functions = e.declareFunctions('file:///a.js', { add: (a: number, b: number) => a + b });
export const elsewhere = new c.ClusterExecutor({ connection: 'memory:', queue: 'a' }).submit(functions.add, 1, 2);
export const recorder = i.recordTasks();
export const virtual = new t.VirtualEventLoop();
export const lock = new s.Lock();
export const locked = lock.with(async () => 1);
export const ensured = s.ensureFuture(ofAsync);
export const ran = s.run(async () => 1);
export const runner = new s.Runner();
export default class X { work = s.createTask(async () => 1); #q = new s.Queue<string>(); get() { return this.#q.get(); } acquire() { return lock.acquire(); } sleep() { return s.sleep(1, 'x'); } }
`;

test.each([
  ['the compiler of today', join(root, 'node_modules/typescript/bin/tsc')],
  ['TypeScript 5.6', olderCompiler()],
])(
  '%s finds public names for all that a program exports',
  (_, compiler) => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-declarations-'));
    try {
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(root, join(folder, 'node_modules/skein'), 'junction');
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(join(folder, 'program.ts'), program);
      const compilerOptions = {
        target: 'es2022',
        lib: ['es2023', 'esnext.disposable', 'dom'],
        module: 'nodenext',
        strict: true,
        exactOptionalPropertyTypes: true,
        declaration: true,
        emitDeclarationOnly: true,
        skipDefaultLibCheck: true,
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')],
      };
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ compilerOptions, files: ['program.ts'] }),
      );
      const args = [compiler, '--project', folder, '--pretty', 'false'];
      const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      expect(stdout).toBe('');
      const declarations = readFileSync(join(folder, 'program.d.ts'), 'utf8');
      expect(declarations).not.toMatch(/import\(|: any\b/);
      expect(declarations).toContain('export declare const both: s.Future<[number, string]>;');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
