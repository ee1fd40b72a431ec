/**
 * One sample, in a process of its own: `node --expose-gc sample.mjs <question> <contestant> <n> [build]` prints, as JSON, what
 * one operation takes: wall time and CPU time (that of the collector's threads too) in ns, and bytes if it asks for those.
 *
 * The function is called until the compiler has seen enough of it, then until the medians can be trusted. The garbage is
 * not collected in between: a collection at a moment when no task is alive has V8 forget the shape of tasks, and with it
 * the code that it compiled for them, which no program that has tasks ever sees. Every answer is checked, so that nobody
 * wins by leaving something out.
 */
import { load } from './libraries.mjs';
import { questions } from './questions/index.mjs';

const warmUp = { calls: 3, ms: 400 };
const counted = { calls: 3, ms: 500, most: 25 };
/** One call may be too short for the clock. */
const shortest = 30e6;

const [name, contestant, size, build] = process.argv.slice(2);
const question = questions.find((question) => question.name === name);
const run = question.contestants[contestant];
const library = await load(contestant, build);
const n = Number(size);

/** Contestants may stop and start it, if part of what they do is not in the question. */
class Watch {
  wall = 0;
  cpu = 0;
  bytes = 0;
  reported = 0;
  #weighs = question.metric === 'bytes';
  #from;

  start() {
    const heap = this.#weighs ? heapUsed() : 0;
    this.#from = { heap, cpu: process.cpuUsage(), wall: process.hrtime.bigint() };
  }

  stop() {
    if (this.#from === undefined) return;
    this.wall += Number(process.hrtime.bigint() - this.#from.wall);
    const { user, system } = process.cpuUsage(this.#from.cpu);
    this.cpu += (user + system) * 1000;
    if (this.#weighs) this.bytes += heapUsed() - this.#from.heap;
    this.#from = undefined;
  }

  /** For a figure that the contestant found by itself. */
  report(value) {
    this.reported += value;
  }
}

function heapUsed() {
  // What the first one finds in use by finalizers, the second one takes.
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function call(watch) {
  watch.start();
  const answer = await run(n, library, watch);
  watch.stop();
  const expected = question.answer(n);
  if (answer !== expected) {
    throw new Error(`${contestant} answered ${answer}, but the answer is ${expected}.`);
  }
}

const metrics = ['wall', 'cpu', 'bytes', 'reported'];

/** What one operation takes, on average; a figure that was reported is that of a call. */
async function repeated(times) {
  const watch = new Watch();
  for (let i = 0; i < times; i++) await call(watch);
  const [wall, cpu, bytes] = [watch.wall, watch.cpu, watch.bytes].map((sum) => sum / times / n);
  return { wall, cpu, bytes, reported: watch.reported / times };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

let began = performance.now();
let quickest = Number.POSITIVE_INFINITY;
for (let calls = 0; calls < warmUp.calls || performance.now() - began < warmUp.ms; calls++) {
  quickest = Math.min(quickest, (await repeated(1)).wall * n);
  if (performance.now() - began > warmUp.ms * 5) break;
}

const times = Math.max(Math.ceil(shortest / quickest), 1);
const samples = [];
began = performance.now();
while (samples.length < counted.most) {
  const passed = performance.now() - began;
  if (passed > counted.ms * 5 || (samples.length >= counted.calls && passed > counted.ms)) break;
  samples.push(await repeated(times));
}

const figures = metrics.map((metric) => [metric, median(samples.map((one) => one[metric]))]);
console.log(JSON.stringify(Object.fromEntries(figures)));
// Some leave timers behind.
process.exit();
