/** The services, asked by real clients. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { createTask, run, SystemExit, sleep } from 'skein';
import * as fastify from '../fastify.ts';
import * as hono from '../hono.ts';
import * as promises from '../promises/fastify.ts';

type Start = (service: fastify.Service) => Promise<void>;
const services: Record<string, Start> = {
  fastify: (service) => run(() => fastify.serve(service)),
  hono: (service) => run(() => hono.serve(service)),
  /** The one to be compared, which is told by signals. */
  async 'promises only'({ report, ...service }) {
    const stop = new AbortController();
    const told = (): void => stop.abort(new SystemExit());
    process.once('SIGTERM', told);
    try {
      const reportOf = (name: string, signal: AbortSignal) =>
        Promise.resolve(createTask(() => report(name), { signal }));
      await promises.serve({ ...service, report: reportOf, signal: stop.signal });
    } finally {
      process.off('SIGTERM', told);
    }
  },
};

for (const [name, start] of Object.entries(services)) {
  test(`${name}: replies, deadlines, failures, clients that hang up, and a drain`, async () => {
    const events: string[] = [];
    async function report(what: string): Promise<string> {
      if (what === 'broken') throw new Error('no such report');
      if (what === 'drained') process.kill(process.pid, 'SIGTERM');
      try {
        await sleep({ quick: 1, drained: 200 }[what] ?? 60_000);
        return `report on ${what}`;
      } finally {
        events.push(`${what} is over`);
      }
    }
    let listening!: (url: string) => void;
    const url = new Promise<string>((resolve) => {
      listening = resolve;
    });
    const logged: string[] = [];
    const log = (line: string) => void logged.push(line);
    const limits = { deadlineMs: 1000, drainMs: 60_000, atOnce: 2 };
    const served = start({ report, listening, log, ...limits });
    const ask = async (what: string, init?: RequestInit) =>
      (await fetch(`${await url}/reports/${what}`, init)).status;

    const started = Date.now();
    assert.deepEqual(
      await Promise.all([ask('quick'), ask('broken'), ask('slow')]),
      [200, 500, 504],
    );
    assert.ok(Date.now() - started < 20_000);
    assert.ok(events.includes('slow is over'));

    const hangUp = new AbortController();
    const given = ask('given-up', { signal: hangUp.signal }).catch(() => 0);
    setTimeout(() => hangUp.abort(), 100);
    assert.equal(await given, 0);
    while (!events.includes('given-up is over')) await new Promise((again) => setTimeout(again, 5));

    // What a service manager does. The request under way has its reply, and nothing waits for the rest of `drainMs`.
    const last = ask('drained');
    await assert.rejects(served, SystemExit);
    assert.equal(await last, 200);
    assert.ok(Date.now() - started < 40_000);
    if (name !== 'hono') assert.match(logged.join('\n'), /^req-\w+ quick is sent$/m);
  });
}

for (const [name, start] of Object.entries(services)) {
  test(`${name}: a request that outlives the drain is cancelled, and its client is told`, async () => {
    let listening!: (url: string) => void;
    const url = new Promise<string>((resolve) => {
      listening = resolve;
    });
    let cleanedUp = false;
    async function report(): Promise<string> {
      process.kill(process.pid, 'SIGTERM');
      try {
        return await sleep(60_000, 'too late');
      } finally {
        cleanedUp = true;
      }
    }
    const limits = { deadlineMs: 60_000, drainMs: 50, atOnce: 2 };
    const ended = assert.rejects(
      start({ report, listening, log: () => {}, ...limits }),
      SystemExit,
    );
    const { status } = await fetch(`${await url}/reports/long`);
    await ended;
    assert.deepEqual([status, cleanedUp], [503, true]);
  });
}
