/** The five kinds of programs: none does by hand what the library does, and each is shorter than the same with promises. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { poll } from '../promises/poller.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(folder + file, 'utf8');
/** Without comments, empty lines and imports. */
const codeOf = (file: string): string[] =>
  read(file)
    .replace(/\/\*\*?\s[\s\S]*?\*\/|^\s*\/\/.*$|^import [\s\S]*?;$/gm, '')
    .split('\n')
    .filter((line) => line.trim() !== '');

/** Timers, signals, races, and loops that count attempts. Beside them a program has what runs it by itself. */
const byHand =
  /\b(?:setTimeout|setInterval|clearTimeout|AbortController)\b|EventListener\('abort'|\bPromise\.(?:race|any|all|allSettled)\b|\battempt\+\+|process\.on/;

/** What each kind of program takes from the library. */
const kinds = {
  service: {
    files: ['fastify.ts', 'drain.ts'],
    uses: ['taskGroup', 'timeout', 'Semaphore', 'moveOnAfter'],
  },
  crawler: { files: ['crawler.ts'], uses: ['taskGroup', 'RateLimiter', 'timeout'] },
  'file tool': { files: ['checksums.ts'], uses: ['ThreadPoolExecutor', 'run'] },
  page: { files: ['react.tsx', 'search.ts'], uses: ['createTask', 'sleep', 'timeout'] },
  'what tests test': { files: ['testing/poller.ts'], uses: ['retry', 'sleep', 'timeout'] },
} as const;

const promisesOf = (file: string): string => `promises/${file.replace('testing/', '')}`;

test('no recipe has a timer, a signal, a race or a loop of attempts of its own', () => {
  const recipes = readdirSync(folder).filter((name) => /\.tsx?$/.test(name));
  const found = [...recipes, 'testing/poller.ts'].flatMap((name) =>
    codeOf(name)
      .filter((line) => byHand.test(line))
      .map((line) => `${name}: ${line.trim()}`),
  );
  assert.deepEqual(found, []);
  for (const { files, uses } of Object.values(kinds)) {
    const text = files.map(read).join('');
    for (const name of uses)
      assert.match(text, new RegExp(`^import [^;]*\\b${name}\\b[^;]*'skein`, 'm'));
  }
});

test('each is shorter than the same with promises, as the guide says', () => {
  const rows = Object.entries(kinds).map(([kind, { files }]) => {
    const ours = files.flatMap(codeOf);
    const theirs = codeOf(promisesOf(files[0]));
    assert.ok(ours.length < theirs.length, `${kind}: ${ours.length}, ${theirs.length}`);
    const hand = theirs.filter((line) => byHand.test(line)).length;
    assert.ok(hand > 0);
    const names = files.map((file) => `\`${file}\``).join(', ');
    return `| ${kind} | ${names} | ${ours.length} | ${theirs.length} | ${hand} |`;
  });
  const guide = readFileSync(`${folder}../docs/guides/recipes.md`, 'utf8');
  for (const row of rows) assert.ok(guide.includes(row), `the guide lacks ${row}`);
});

test('the poller of promises: three times 5 s, the last failure as it is, and a cancellation that closes its source', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    let closed = 0;
    const sourceOf = (ask: () => Promise<number>) => ({ ask, close: () => void closed++ });
    const tick = async (ms: number) => {
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      mock.timers.tick(ms);
    };
    const never = sourceOf(() => new Promise(() => {}));
    const late = assert.rejects(
      poll(never, () => {}, new AbortController().signal),
      { name: 'TimeoutError' },
    );
    for (const ms of [5000, 1000, 5000, 2000, 5000]) await tick(ms);
    await late;
    const broken = sourceOf(() => Promise.reject(new RangeError('no such quote')));
    const failed = assert.rejects(
      poll(broken, () => {}, new AbortController().signal),
      RangeError,
    );
    for (const ms of [1000, 2000]) await tick(ms);
    await failed;
    const stop = new AbortController();
    const found: number[] = [];
    const stopped = assert.rejects(
      poll(
        sourceOf(async () => 1),
        (value) => void found.push(value),
        stop.signal,
      ),
      { name: 'AbortError' },
    );
    await tick(1000);
    stop.abort();
    await stopped;
    assert.deepEqual([found.length > 0, closed], [true, 3]);
  } finally {
    mock.timers.reset();
  }
});
