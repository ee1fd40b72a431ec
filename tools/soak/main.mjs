/** `npm run soak` does each thing very often, and looks whether anything stays. */
import * as executorsLibrary from '../../dist/node/executors.js';
import * as skein from '../../dist/node/index.js';
import { commandLine } from '../command-line.mjs';
import { executors, openAndClose } from './executors.mjs';
import { bytesInUse, growthOf, held } from './level.mjs';
import { makeShared, primitives } from './primitives.mjs';
import { storm } from './storms.mjs';

const {
  values: options,
  positionals,
  refuse,
} = commandLine('npm run soak', {
  usage: `Usage: npm run soak -- [WORDS] [OPTION …]

Does each thing a million times, executors a thousand times, and looks whether anything stays: bytes an operation, handles of the
system, tasks and waiters of the loop. A table says so, and the exit code is 1 if something grew.

  WORDS          only what has a name that begins so: npm run soak -- Lock
  --short        few of each, for each change: it counts, and takes no time into account
  --scale SHARE  the share of the long form that is done, as 0.1
  --seed N       the seed of the storms
  -h, --help     this text
`,
  words: true,
  options: {
    short: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1e9), isNumber: true },
  },
});
const scale = Number(options.scale);
const seed = Number(options.seed);
if (!(scale > 0)) refuse(`\`--scale\` expected a share like 0.1, but got '${options.scale}'`);

const scaled = (short, long) => (options.short ? short : Math.ceil(long * scale));
const counts = {
  primitives: scaled(1500, 1e6),
  executors: scaled(3, 1000),
  storms: scaled(2, 200),
};
/** The host's own noise is up to 200 kB, whatever was done. */
const mostBytes = (operations) => Math.max(1, 300_000 / operations);
/** What is once made and kept (code, the pool of the system) is made before anything is measured. */
const warmUp = (operations) => Math.max(Math.ceil(operations / 4), 2);

const style = (name) => ({ coroutine: 'yield*', async: 'await' })[name];
const wanted = (name) => name.startsWith(positionals.join(' '));
const rows = [];

function* soaked(name, operations, repeat, { longLived, usesWorkers } = {}) {
  if (!wanted(name)) return;
  yield* repeat(warmUp(operations));
  let growth;
  let times = operations;
  // What the host makes late (compiled code) ends, and does not grow with the operations: further tries do more of them.
  for (let tries = 0; tries < (options.short ? 6 : 3); tries++) {
    if (options.short && (tries === 1 || tries === 2)) times *= 4;
    const before = {
      bytes: yield* skein.fromPromise(bytesInUse(usesWorkers)),
      held: held(skein, longLived),
    };
    yield* repeat(times);
    const after = {
      bytes: yield* skein.fromPromise(bytesInUse(usesWorkers)),
      held: held(skein, longLived),
    };
    growth = {
      ...growthOf(before, after, times, mostBytes(times)),
      operations: times,
      held: after.held,
    };
    if (growth.grown.length === 0) break;
  }
  rows.push({ name, ...growth });
  console.log(rowText(rows.at(-1)));
}

function rowText({ name, operations, bytes, held: counted, grown }) {
  const cells = [
    name,
    operations.toLocaleString('en'),
    bytes.toFixed(2),
    ...Object.values(counted),
    grown.length === 0 ? 'level' : `grows: ${grown.join(', ')}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function* soakPrimitives() {
  const shared = makeShared(skein, executorsLibrary);
  // Code that several of them share is compiled before any of them is measured.
  for (const { coroutine } of primitives) {
    for (let n = 0; n < 300; n++) yield* coroutine(skein, shared);
  }
  for (const primitive of primitives) {
    yield* soaked(
      `${primitive.name}, ${style('coroutine')}`,
      counts.primitives,
      function* (times) {
        for (let n = 0; n < times; n++) yield* primitive.coroutine(skein, shared);
      },
      { longLived: shared.forever },
    );
    yield* soaked(
      `${primitive.name}, ${style('async')}`,
      counts.primitives,
      function* (times) {
        yield* skein.createTask(async () => {
          for (let n = 0; n < times; n++) await primitive.async(skein, shared);
        });
      },
      { longLived: shared.forever },
    );
  }
}

/** Items of one call that stays open: as many as `times`, again and again. What it keeps for each would grow. */
function* soakItems() {
  const endless = function* () {
    for (let n = 0; ; n++) yield n;
  };
  const work = { coroutine: (n) => skein.sleep(0, n), async: async (n) => await skein.sleep(0, n) };
  for (const ordered of [true, false]) {
    for (const each of ['coroutine', 'async']) {
      const name = `items of one mapConcurrent(), ${ordered ? 'in order' : 'in any order'}, ${style(each)}`;
      const results = skein.mapConcurrent(endless(), work[each], { concurrency: 10, ordered });
      yield* soaked(name, counts.primitives, function* (times) {
        for (let n = 0; n < times; n++) yield* results.next();
      });
      yield* results.return();
    }
  }
}

function* soakStorms() {
  for (const each of ['coroutine', 'async']) {
    let last = seed;
    yield* soaked(`storm of seed ${seed}, ${style(each)}`, counts.storms, function* (times) {
      for (let n = 0; n < times; n++) yield* storm(skein, last++, each, 50);
    });
  }
}

function* soakExecutors() {
  for (const executor of executors) {
    yield* soaked(
      executor.name,
      counts.executors,
      function* (times) {
        yield* skein.createTask(async () => {
          for (let n = 0; n < times; n++) await openAndClose(executorsLibrary, executor);
        });
      },
      { usesWorkers: true },
    );
  }
}

const heads = ['operation', 'times', 'bytes an operation', ...Object.keys(held(skein)), ''];
console.log(
  `| ${heads.join(' | ')} |\n|${heads.map((_, n) => (n === 0 ? '---|' : '--:|')).join('')}`,
);
await skein.run(function* main() {
  // Tasks of a storm go on when a group fails at the moment in which they are cancelled. That they do is told, and is no fault.
  skein.getEventLoop().setExceptionHandler((loop, context) => {
    if (context.warning !== true) loop.defaultExceptionHandler(context);
  });
  yield* soakPrimitives();
  yield* soakItems();
  yield* soakStorms();
  yield* soakExecutors();
});
const growing = rows.filter(({ grown }) => grown.length > 0);
console.log(`\n${rows.length - growing.length} level, ${growing.length} growing; seed ${seed}`);
process.exitCode = growing.length > 0 || rows.length === 0 ? 1 : 0;
