/**
 * Asks CPython, live, whether the library does what it does.
 *
 *     npm run conformance -- --from 1 --count 1000            programs 1 to 1000, with plain tasks
 *     npm run conformance -- --from 1 --count 1000 --eager    the same with eager tasks
 *     npm run conformance -- --from 1 --count 1000 --declared the same with functions declared by `coroutine()`
 *     npm run conformance -- --program '{"seed":0,"main":[["sleep",1]]}'
 *     npm run conformance -- --record --count 1000            writes what CPython does, for `npm test`
 *
 * `--generator 1` makes the programs with an older version of the generator. CPython is the one inside `pyodide`.
 */
import { parseArgs } from 'node:util';
import { firstDifference, sideBySide } from '../test/conformance/compare.ts';
import { Oracle } from '../test/conformance/oracle.ts';
import type { Program, Trace } from '../test/conformance/program.ts';
import { type Recording, writeRecordings } from '../test/conformance/recorded.ts';
import { runProgram } from '../test/conformance/run-program.ts';
import { printed, shrink } from '../test/conformance/shrink.ts';

const { values: options } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    generator: { type: 'string', default: '2' },
    eager: { type: 'boolean', default: false },
    declared: { type: 'boolean', default: false },
    program: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
const [from, count, version] = [options.from, options.count, options.generator].map(Number) as [
  number,
  number,
  number,
];
const { eager, declared } = options;
const shownAtMost = 5;
const oracle = new Oracle();

/** Both traces, unless CPython has none. */
async function ask(program: Program): Promise<{ cpython: Trace; skein: Trace } | undefined> {
  const cpython = await oracle.traceOf(program, eager);
  if (cpython === undefined) return undefined;
  const skein = await runProgram(program, eager, declared).catch((error) => [
    `threw ${error?.stack}`,
  ]);
  return { cpython, skein };
}

async function differs(program: Program): Promise<boolean> {
  const answer = await ask(program);
  return answer !== undefined && firstDifference(answer.cpython, answer.skein) !== undefined;
}

async function show(program: Program): Promise<void> {
  const answer = await ask(program);
  console.log(printed(program));
  console.log(answer ? sideBySide(answer.cpython, answer.skein) : 'CPython itself fails with it.');
}

async function record(): Promise<void> {
  const recordings: Recording[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const program = await oracle.programOf(version, seed);
    const lazy = await oracle.traceOf(program, false);
    const eager = await oracle.traceOf(program, true);
    recordings.push({ program, lazy, eager });
  }
  console.log(`${recordings.length} programs in ${writeRecordings(version, recordings)}`);
}

async function compare(): Promise<void> {
  const different: number[] = [];
  let skipped = 0;
  for (let seed = from; seed < from + count; seed++) {
    const program = await oracle.programOf(version, seed);
    const answer = await ask(program);
    if (answer === undefined) skipped++;
    else if (firstDifference(answer.cpython, answer.skein) !== undefined) {
      different.push(seed);
      if (different.length > shownAtMost) continue;
      console.log(`\nseed ${seed} differs. The shortest program found that does:`);
      await show(await shrink(program, differs));
    }
  }
  const same = count - skipped - different.length;
  console.log(
    `\n${same} of ${count - skipped} programs identical to CPython ${await oracle.version()}` +
      `${eager ? ', with eager tasks' : ''}${declared ? ', with declared functions' : ''}${skipped > 0 ? `; ${skipped} skipped: CPython itself fails with them` : ''}`,
  );
  if (different.length > 0) {
    console.log(`different: ${different.join(' ')}`);
    process.exitCode = 1;
  }
}

if (options.program !== undefined) await show(JSON.parse(options.program) as Program);
else if (options.record) await record();
else await compare();
