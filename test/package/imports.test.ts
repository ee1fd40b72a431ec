/** Holds the direction of imports: a file reaches what lies in its own folder and in the layers below. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

/** From the bottom to the top. Folders of one layer do not know each other. */
const layers = [
  ['errors'],
  ['core'],
  ['debug'],
  ['interop', 'awaits'],
  ['sync'],
  ['queues'],
  ['combinators'],
  ['groups'],
  ['runner'],
  ['executors', 'inspect'],
  ['testing'],
  ['cluster'],
  ['command-line', 'transform'],
  ['index'],
  ['node'],
];

/** What needs Node, or a package, lives here. */
const needsMore = ['executors', 'inspect', 'cluster', 'command-line', 'transform'];

interface Import {
  readonly from: string;
  readonly specifier: string;
}

const src = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(src, { recursive: true })
  .map((name) => String(name).replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts'));
const imports = files.flatMap((file) => importsOf(file, readFileSync(`${src}/${file}`, 'utf8')));
const inside = imports.filter(({ specifier }) => specifier.startsWith('.'));
const outside = imports.filter(({ specifier }) => !specifier.startsWith('.'));

/** Imports and exports of every kind, types among them; dynamic ones as far as their specifier is a literal. */
function importsOf(from: string, code: string): Import[] {
  const found: Import[] = [];
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    const node = value as { type?: string; source?: { value?: unknown } };
    const specifier = node.source?.value;
    if (typeof specifier === 'string') {
      found.push({ from, specifier });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(from, code, { lang: 'ts', sourceType: 'module' }).program);
  return found;
}

function target({ from, specifier }: Import): string {
  return posix.join(posix.dirname(from), specifier);
}

/** `core/task.ts` belongs to `core`, `runner.ts` to `runner`. */
function folderOf(file: string): string {
  return file.split('/')[0]!.replace(/\.ts$/, '');
}

function layerOf(file: string): number {
  return layers.findIndex((layer) => layer.includes(folderOf(file)));
}

/** The rooms of `executors/`, and the rooms that each may know. What users type stands before them and may know all. */
const rooms: Record<string, readonly string[]> = {
  crossing: [],
  pool: ['crossing'],
  'pool/job': ['crossing'],
  'pool/streams': ['crossing'],
  worker: ['crossing'],
  lines: ['lines/thread', 'lines/process', 'lines/web-worker', 'crossing'],
  'lines/thread': ['lines', 'crossing'],
  'lines/process': ['lines', 'crossing'],
  'lines/web-worker': ['lines', 'crossing'],
};

/** The end of a line that runs in the worker knows the worker's side. */
const workerEnd = /^executors\/lines\/[^/]+\/(?:worker|[^/]+-main)\.ts$/;

/** `executors/pool/job/job.ts` stands in the room `pool/job`; undefined outside of all rooms. */
function roomOf(file: string): string | undefined {
  return /^executors\/(.+)\/[^/]+$/.exec(file)?.[1];
}

function mayKnow(from: string, room: string): boolean {
  const own = roomOf(from) as string;
  // A job, its stream and the pool know each other.
  if (own.startsWith('pool') && room.startsWith('pool')) return true;
  if (room === 'worker' && workerEnd.test(from)) return true;
  return rooms[own]?.includes(room) === true;
}

describe('src/executors', () => {
  const inRooms = inside.filter(({ from }) => roomOf(from) !== undefined);

  test('has no room without walls', () => {
    const known = files.map(roomOf).filter((room) => room !== undefined);
    expect([...new Set(known)].sort()).toEqual(Object.keys(rooms).sort());
  });

  test('has rooms that know only those they may', () => {
    const wrong = inRooms
      .filter((each) => {
        const room = roomOf(target(each));
        return room !== undefined && room !== roomOf(each.from) && !mayKnow(each.from, room);
      })
      .map((each) => `${each.from} → ${target(each)}`);
    expect(wrong).toEqual([]);
  });

  test('has rooms that do not know what stands before them', () => {
    const wrong = inRooms
      .filter((each) => /^executors\/[^/]+$/.test(target(each)))
      .map((each) => `${each.from} → ${target(each)}`);
    expect(wrong).toEqual([]);
  });
});

describe('src/cluster', () => {
  /** What the cluster uses of the pools: the job with its future, and what makes and refuses one. */
  const ofPools =
    /^executors\/pool\/(?:job\/(?:job|job-code|pool-future|passed-job)|room|submission|submit-places|refused-job)\.ts$/;

  test('knows of the executors what users type, what crosses, and jobs; no line, and no pool', () => {
    const wrong = inside
      .filter(({ from }) => folderOf(from) === 'cluster')
      .filter((each) => /^executors\/(?:pool|lines)\//.test(target(each)))
      .filter((each) => !ofPools.test(target(each)))
      .map((each) => `${each.from} → ${target(each)}`);
    expect(wrong).toEqual([]);
  });

  test('loads packages in the engine that needs them only', () => {
    const packages = outside.filter(
      ({ from, specifier }) => folderOf(from) === 'cluster' && !specifier.startsWith('node:'),
    );
    expect(new Set(packages.map(({ specifier }) => specifier))).toEqual(
      new Set(['bullmq', 'ioredis']),
    );
    expect(packages.filter(({ from }) => !from.startsWith('cluster/redis/'))).toEqual([]);
  });
});

describe('src/transform', () => {
  test('runs where programs are built, and imports nothing that runs in them', () => {
    const wrong = inside
      .filter(({ from }) => folderOf(from) === 'transform')
      .filter((each) => folderOf(target(each)) !== 'transform');
    expect(wrong).toEqual([]);
  });

  test('is imported by nothing', () => {
    const wrong = inside
      .filter(({ from }) => folderOf(from) !== 'transform')
      .filter((each) => folderOf(target(each)) === 'transform');
    expect(wrong).toEqual([]);
  });

  test('needs few packages', () => {
    const packages = outside.filter(
      ({ from, specifier }) => folderOf(from) === 'transform' && !specifier.startsWith('node:'),
    );
    // Of bundlers it imports types, and Vite where Vite runs.
    expect(new Set(packages.map(({ specifier }) => specifier))).toEqual(
      new Set(['acorn', 'unplugin', 'esbuild', 'vite']),
    );
  });
});

describe('src', () => {
  test('has no folder outside of the layers', () => {
    expect(files.filter((file) => layerOf(file) === -1)).toEqual([]);
  });

  test('imports downwards only', () => {
    const wrong = inside
      .filter((each) => {
        const to = target(each);
        return folderOf(each.from) !== folderOf(to) && layerOf(each.from) <= layerOf(to);
      })
      .map((each) => `${each.from} → ${target(each)}`);
    expect(wrong).toEqual([]);
  });

  test('sets timers of the host in two places, which keep them in their range', () => {
    const wrong = files.filter((file) => {
      const code = readFileSync(`${src}/${file}`, 'utf8').replace(/^ *(?:\*|\/[*/]).*$/gm, '');
      return /\b(?:set|clear)(?:Timeout|Interval)\b/.test(code);
    });
    expect(wrong).toEqual(['core/host-timers.ts', 'core/page-timers.ts']);
  });

  test('reaches for Node and for packages only where it may', () => {
    const wrong = outside
      .filter(({ from }) => !needsMore.includes(folderOf(from)))
      .filter(({ from }) => !from.startsWith('testing/fast-check/'))
      .map(({ from, specifier }) => `${from} → ${specifier}`);
    expect(wrong).toEqual([]);
  });
});

test('imports of every kind are seen', () => {
  const code = `
    import a from './a.ts';
    import type { B } from './b.ts';
    import './c.ts';
    export { d } from './d.ts';
    export * from './e.ts';
    const f = () => import('./f.ts');
    type G = import('./g.ts').G;
  `;
  const seen = importsOf('x.ts', code).map(({ specifier }) => specifier);
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `./${name}.ts`));
});
