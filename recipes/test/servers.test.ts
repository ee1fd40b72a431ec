/** Both services, asked by real clients. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, SystemExit, sleep } from 'skein';
import * as fastify from '../fastify.ts';
import * as hono from '../hono.ts';

for (const [name, { serve }] of Object.entries({ fastify, hono })) {
  test(`${name}: replies, deadlines, failures, clients that hang up, and a drain`, async () => {
    const events: string[] = [];
    async function report(what: string): Promise<string> {
      if (what === 'broken') throw new Error('no such report');
      try {
        await sleep({ quick: 1, drained: 300 }[what] ?? 60_000);
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
    const limits = { deadlineMs: 2000, drainMs: 5000, atOnce: 2 };
    const served = run(() => serve({ report, listening, log, ...limits }));
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

    // What a service manager does. The request under way has its reply.
    const last = ask('drained');
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), 100);
    await assert.rejects(served, SystemExit);
    assert.equal(await last, 200);
    if (name === 'fastify') assert.match(logged.join('\n'), /^req-\w+ quick is sent$/m);
  });
}
