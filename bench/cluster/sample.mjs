/**
 * One sample, in a process of its own: `node --expose-gc sample.mjs <question> <engine> [build]` prints the figures as JSON. It starts a
 * server and a worker, which end with it. Postgres may take a while to start.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { thisBuild } from '../libraries.mjs';
import { cpuOf, cpuOfAll } from './cpu-of.mjs';
import { engines } from './engines.mjs';
import { start } from './servers.mjs';

const [question, name, build = thisBuild] = process.argv.slice(2);
const engine = engines[name];
const { share = 1 } = engine;
const server = await start[engine.server]();
const place = { ...server.place, queue: `bench-${randomUUID()}`, build };
await untilListening(place.port ?? Number(new URL(place.url).port));

function untilListening(port) {
  return new Promise((resolve) => {
    const attempt = () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => {
        socket.destroy();
        setTimeout(resolve, 300);
      });
      socket.on('error', () => setTimeout(attempt, 50));
    };
    attempt();
  });
}

async function startWorker() {
  const child = fork(new URL('./worker.mjs', import.meta.url), [name, JSON.stringify(place)]);
  await new Promise((resolve) => child.once('message', resolve));
  return child.pid;
}

async function checkedCall(call, n) {
  const result = await call(n, 1);
  if (result !== n + 1) throw new Error(`${name}: ${n} + 1 is ${result}.`);
}

/** Calls in so many loops, each one after the other. Returns the ms that each call took. */
async function callAll(call, total, inFlight) {
  const taken = [];
  let next = 0;
  const loop = async () => {
    while (next < total) {
      const n = next++;
      const begin = performance.now();
      await checkedCall(call, n);
      taken.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  return taken.sort((a, b) => a - b);
}

async function measured(call, worker, total, inFlight) {
  const now = () => [cpuOf(process.pid), cpuOf(worker), cpuOfAll(server.pid)];
  const before = now();
  const begin = performance.now();
  const taken = await callAll(call, total, inFlight);
  const seconds = (performance.now() - begin) / 1000;
  const after = now();
  const [client, ofWorker, ofServer] = after.map((ns, at) => (ns - before[at]) / 1000 / total);
  return {
    p50: taken[taken.length >> 1],
    p99: taken[Math.floor(taken.length * 0.99)],
    perSecond: total / seconds,
    client,
    worker: ofWorker,
    server: ofServer,
    cpu: client + ofWorker + ofServer,
  };
}

const questions = {
  async 'one in flight'() {
    const worker = await startWorker();
    const call = await engine.open(place);
    await callAll(call, 1000 * share, 1);
    return measured(call, worker, 1000 * share, 1);
  },
  async 'a thousand in flight'() {
    const worker = await startWorker();
    const call = await engine.open(place);
    await callAll(call, 3000 * share, 1000);
    return measured(call, worker, 5000 * share, 1000);
  },
  /** 10,000 jobs while no worker is there. */
  async queued() {
    const count = 10_000 * share;
    const call = await engine.open(place);
    const settle = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    await settle(500);
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    const calls = Array.from({ length: count }, (_, n) => call(n, 1));
    await settle(4000);
    globalThis.gc();
    const bytes = (process.memoryUsage().heapUsed - before) / count;
    await startWorker();
    await Promise.all(calls);
    return { bytes };
  },
};

console.log(JSON.stringify(await questions[question]()));
process.exit();
