/**
 * `npm run page-frames` measures how quick the page of `skein open` is with 10,000 tasks and a million spans, in Chromium: it makes
 * such a recording, opens it, scrolls, zooms, pans and moves the cursor, one action a frame, and prints how far the frames are apart.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createTask, gather, Lock, run, sleep } from 'skein';
import { recordTasks, writeRecording } from 'skein/inspect';
import { chromiumFlags, findChromium, howToGetChromium } from '../chromium.mjs';
import { commandLine } from '../command-line.mjs';

const mostMs = 33;
const skein = fileURLToPath(new URL('../../dist/node/command-line.js', import.meta.url));
const { values } = commandLine('npm run page-frames', {
  usage: `Usage: npm run page-frames -- [OPTION …]

Measures how quick the page of \`skein open\` is with 10,000 tasks and a million spans, in Chromium. The exit code is 1 if the 95th
percentile between two frames of an action is above ${mostMs} ms. Beside it stands the CPU time of the page's thread for a frame: on a machine
that has other things to do the frames are late whatever the page does, and the CPU time is judged.

  --tasks N   how many tasks the recording has (10000)
  --steps N   how many steps each of them has (51)
  --frames N  how many frames each action has (120)
  -h, --help  this text
`,
  options: {
    tasks: { type: 'string', default: '10000', isNumber: true },
    steps: { type: 'string', default: '51', isNumber: true },
    frames: { type: 'string', default: '120', isNumber: true },
  },
});
const [tasks, steps, frames] = [values.tasks, values.steps, values.frames].map(Number);

/** A hundred tasks below each, which sleep, and now and then wait for a lock. */
async function work() {
  const lock = new Lock({ name: 'log' });
  async function worker(number) {
    for (let step = 0; step < steps; step++) {
      if (step === number % steps) await lock.with(() => sleep(0));
      else await sleep(0);
    }
  }
  async function group(first) {
    const numbers = Array.from({ length: Math.min(100, tasks - first) }, (_, at) => first + at);
    await gather(numbers.map((n) => createTask(() => worker(n), { name: `worker ${n}` })));
  }
  const groups = Array.from({ length: Math.ceil(tasks / 100) }, (_, at) => at);
  await gather(groups.map((n) => createTask(() => group(100 * n), { name: `group ${n}` })));
}

async function record(file) {
  const recorder = recordTasks({ steps: 4 * tasks * steps });
  await run(work);
  recorder.stop();
  return writeRecording(file, recorder.take());
}

/** What the page does in each frame. It runs in the page. */
const actions = {
  idle: () => {},
  scroll: (at) => {
    document.getElementById('scroller').scrollTop = at * 180;
  },
  zoom: (at, count) => {
    const canvas = document.getElementById('timeline');
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const deltaY = at < count / 2 ? -120 : 120;
    const place = { clientX: left + width / 2, clientY: top + height / 2 };
    const event = { ...place, deltaY, ctrlKey: true, bubbles: true, cancelable: true };
    canvas.dispatchEvent(new WheelEvent('wheel', event));
  },
  pan: (at) => {
    const event = {
      deltaX: at % 60 < 30 ? 40 : -40,
      shiftKey: true,
      bubbles: true,
      cancelable: true,
    };
    document.getElementById('timeline').dispatchEvent(new WheelEvent('wheel', event));
  },
  scrub: (at, count) => {
    const input = document.getElementById('cursor');
    input.value = String((Number(input.max) * (at + 1)) / count);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  },
  hover: (at) => {
    const canvas = document.getElementById('timeline');
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const place = {
      clientX: left + ((at * 13) % width),
      clientY: top + 40 + ((at * 7) % (height - 60)),
    };
    canvas.dispatchEvent(new PointerEvent('pointermove', { ...place, bubbles: true }));
  },
};

/** Makes one action a frame, and returns how far the frames were apart, in ms. */
function framesOf(page, action) {
  return page.evaluate(
    `new Promise((resolve) => {
      const act = ${action}, count = ${frames}, apart = [];
      let at = 0, last;
      const frame = (now) => {
        if (last !== undefined) apart.push(now - last);
        last = now;
        if (at === count) return resolve(apart);
        act(at++, count);
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    })`,
  );
}

/** The CPU time that the thread of the page took for each frame, in ms: that of the task in which its callbacks run, and of all up to the next one. */
function cpuOf(traceEvents) {
  const { pid, tid } = traceEvents.find(({ name }) => name === 'FireAnimationFrame');
  const own = traceEvents
    .filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X')
    .sort((a, b) => a.ts - b.ts);
  const callbacks = own.filter(({ name }) => name === 'FireAnimationFrame');
  const took = [];
  let next = 0;
  for (const { name, ts, dur, tdur } of own) {
    if (name !== 'RunTask' || tdur === undefined) continue;
    const before = next;
    // Each frame has two: the one that acts, and the one that draws what the action before it has changed.
    while (next < callbacks.length && callbacks[next].ts <= ts + dur) next++;
    if (next > before) took.push(0);
    if (took.length > 0) took[took.length - 1] += tdur / 1000;
  }
  return took.slice(0, -1);
}

/** Measures an action. */
async function measured(browser, page, action) {
  const categories = ['-*', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
  await browser.startTracing(page, { categories });
  const apart = await framesOf(page, action);
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  const sorted = (list) => list.toSorted((a, b) => a - b);
  return { apart: sorted(apart), cpu: sorted(cpuOf(traceEvents)) };
}

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const executablePath = findChromium();
if (executablePath === undefined) throw new Error(`There is no Chromium. ${howToGetChromium}`);
const folder = mkdtempSync(join(tmpdir(), 'skein-frames-'));
const browser = await chromium.launch({ executablePath, args: chromiumFlags });
let server;
try {
  const file = join(folder, 'run.skein');
  const written = await record(file);
  console.log(
    `${written.tasks} tasks, ${written.steps} steps, ${(written.bytes / 1e6).toFixed(1)} MB, ${written.lost} lost`,
  );
  server = spawn(process.execPath, [skein, 'open', file, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(server.stdout, 'data');
  const page = await browser.newPage({ viewport: { width: 1360, height: 820 } });
  const began = performance.now();
  await page.goto(JSON.parse(String(line)).url);
  await page.waitForSelector('[role=row]', { timeout: 120_000 });
  console.log(`open after ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  await framesOf(page, actions.idle);
  const isBusy = loadavg()[0] > availableParallelism();
  for (const [name, action] of Object.entries(actions)) {
    const { apart, cpu } = await measured(browser, page, action);
    const misses = percentile(isBusy ? cpu : apart, 0.95) > mostMs;
    if (misses) process.exitCode = 1;
    const text = (list, share) => percentile(list, share).toFixed(1).padStart(6);
    console.log(
      `${name.padEnd(7)} frames p50 ${text(apart, 0.5)} p95 ${text(apart, 0.95)} ms   CPU p50 ${text(cpu, 0.5)} p95 ${text(cpu, 0.95)} ms${misses ? `   above ${mostMs} ms` : ''}`,
    );
  }
  if (isBusy) console.log('\nThe machine has other things to do: judged by CPU time.');
} finally {
  server?.kill();
  await browser.close();
  rmSync(folder, { recursive: true });
}
