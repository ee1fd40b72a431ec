/** `serveInspector()`: what it tells, to whom, and that nothing else can be had from it. */

import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { CancelledError, createTask, getEventLoop, Lock, run, sleep } from 'skein';
import { type InspectorServer, serveInspector } from 'skein/inspect/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../core/program.ts';
import { ask, bearer, eventsOf, tokenOf } from './ask.ts';

const json = { 'Content-Type': 'application/json' };

describe('the server of an inspector', () => {
  let inspector: InspectorServer;
  let address: URL;
  let token: string;
  beforeAll(async () => {
    inspector = await serveInspector({ mayCancel: true });
    address = new URL(inspector.url);
    token = tokenOf(inspector.url);
  });
  afterAll(() => inspector.close());
  const at = (path: string): URL => new URL(path, address.origin);
  const post = (body: string, headers: Record<string, string> = json) =>
    ask(at('/cancel'), { method: 'POST', headers: { ...bearer(token), ...headers }, body });

  test('has an address at 127.0.0.1, with a token of 128 bits that no request line shows', () => {
    expect(address.hostname).toBe('127.0.0.1');
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(address.search).toBe('');
  });

  test('has another token each time', async () => {
    using other = await serveInspector();
    expect(tokenOf(other.url)).not.toBe(token);
  });

  test.each([
    ['no token', {}],
    ['another token', bearer('0'.repeat(32))],
    ['a shorter token', bearer('0')],
  ])('tells nothing with %s', async (_, headers) => {
    for (const path of ['/events', '/about']) {
      expect(await ask(at(path), { headers })).toMatchObject({ status: 403 });
    }
    const cancel = { method: 'POST', headers: { ...headers, ...json }, body: '{}' };
    expect(await ask(at('/cancel'), cancel)).toMatchObject({ status: 403 });
  });

  test('refuses another host and another origin, also for the page and for cancelling', async () => {
    const body = JSON.stringify({ task: 1, reason: '' });
    for (const headers of [
      { Host: `example.com:${address.port}` },
      { Origin: 'https://example.com' },
      { Origin: 'null' },
    ]) {
      const given = { ...bearer(token), ...json, ...headers };
      expect(await ask(at('/'), { headers: given })).toMatchObject({ status: 403 });
      expect(await ask(at('/about'), { headers: given })).toMatchObject({ status: 403 });
      const cancel = { method: 'POST', headers: given, body };
      expect(await ask(at('/cancel'), cancel)).toMatchObject({ status: 403 });
    }
    const own = { ...bearer(token), Origin: address.origin };
    const told = await ask(at('/about'), { headers: own });
    expect(told.status).toBe(200);
    expect(told.headers['access-control-allow-origin']).toBeUndefined();
    expect(JSON.parse(told.body.toString())).toEqual({ isLive: true, mayCancel: true });
  });

  test('takes a request to cancel as JSON only, which no form of another site sends', async () => {
    const body = JSON.stringify({ task: 1, reason: '' });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      expect(await post(body, { 'Content-Type': type })).toMatchObject({ status: 415 });
    }
  });

  test.each(['', '[]', 'null', '{"task":"1","reason":""}', '{"task":1}', 'x'.repeat(5000)])(
    'refuses a request to cancel that is none: %s',
    async (body) => {
      expect(await post(body)).toMatchObject({ status: 400 });
    },
  );

  test.each(['PUT', 'DELETE', 'OPTIONS', 'POST'])('refuses %s', async (method) => {
    const headers = bearer(token);
    expect(await ask(at('/events'), { method, headers })).toMatchObject({ status: 405 });
  });

  test.each(['/recording', '/../package.json', '/%2e%2e/package.json', '/evaluate', '/json/list'])(
    'knows no %s',
    async (path) => {
      expect(await ask(address, { path, headers: bearer(token) })).toMatchObject({ status: 404 });
    },
  );

  test('sends the page with a policy that lets it load nothing from elsewhere', async () => {
    expect((await ask(at('/'))).headers).toMatchObject({
      'content-security-policy': expect.stringMatching(
        /^default-src 'self';.*frame-ancestors 'none'/,
      ),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  test('listens at no other address of the machine', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address: other } of others) {
      const isRefused = await new Promise((resolve) => {
        const socket = connect(Number(address.port), other);
        socket.on('error', () => resolve(true));
        socket.on('connect', () => {
          socket.destroy();
          resolve(false);
        });
      });
      expect(isRefused, other).toBe(true);
    }
  });
});

test('tells first all that is known, then what has changed', async () => {
  await run(async function main() {
    const lock = new Lock({ name: 'log' });
    createTask(() => lock.with(() => sleep(60_000)), { name: 'writer' });
    createTask(() => lock.acquire(), { name: 'reader' });
    await sleep(5);
    using inspector = await serveInspector();
    const events = eventsOf(inspector.url);
    const { value: first } = await events.next();
    expect(first?.tasks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['writer', 'reader']),
    );
    const writer = first?.tasks.find(({ name }) => name === 'writer')?.id;
    // They waited before anything was recorded.
    expect(first?.steps.length).toBeGreaterThanOrEqual(2);
    expect(first?.objects).toMatchObject([{ name: 'log', held: [{ by: [writer] }] }]);
    createTask(() => sleep(1), { name: 'late' });
    const outcomes = [];
    for await (const { tasks, objects } of events) {
      expect(objects).toEqual([]);
      const late = tasks.filter(({ name }) => name === 'late');
      outcomes.push(...late.map(({ outcome }) => outcome));
      if (outcomes.at(-1) === 'finished') break;
      expect(tasks.map(({ name }) => name)).not.toContain('writer');
    }
  });
});

test('tells each step once', async () => {
  await run(async function main() {
    using inspector = await serveInspector({ steps: 64 });
    const events = eventsOf(inspector.url);
    const { value: first } = await events.next();
    const { value: second } = await events.next();
    await createTask(function* () {
      for (let step = 0; step < 99; step++) yield;
    });
    let [steps, lost] = [0, 0];
    while (steps + lost < 100) {
      const { value } = await events.next();
      steps += value?.steps.length ?? 0;
      lost = (value?.lost.steps ?? 0) - (second?.lost.steps ?? 0);
    }
    expect(first?.lost.steps).toBe(0);
    expect([steps, lost]).toEqual([64, expect.any(Number)]);
    expect(lost).toBeGreaterThanOrEqual(36);
    await events.return(undefined);
  });
});

test('shows texts as `redact` returns them, and hides those for which it throws', async () => {
  await run(async function main() {
    const lock = new Lock({ name: 'lock of anna@example.com' });
    createTask(() => lock.with(() => sleep(60_000)), { name: 'mail to anna@example.com' });
    createTask(() => lock.acquire(), { name: 'mail to bob@example.com' });
    await sleep(1);
    const kinds = new Set<string>();
    using inspector = await serveInspector({
      redact: (text, kind) => {
        kinds.add(kind);
        if (text.includes('bob')) throw new Error('not this one');
        return text.replace(/\S+@\S+/g, '…');
      },
    });
    const events = eventsOf(inspector.url);
    await events.next();
    createTask(sleep(60_000)).cancel('for anna@example.com');
    const { value } = await eventsOf(inspector.url).next();
    const told = JSON.stringify(value);
    expect(told).not.toMatch(/anna|bob/);
    expect(told).toContain('mail to …');
    expect(told).toContain('lock of …');
    expect([...kinds].sort()).toEqual(['object', 'reason', 'task']);
    await events.return(undefined);
  });
});

describe('cancelling', () => {
  async function cancelFirst(inspector: InspectorServer): Promise<unknown> {
    const { value } = await eventsOf(inspector.url).next();
    const task = value?.tasks.find(({ name }) => name === 'stubborn')?.id;
    const body = JSON.stringify({ task, reason: 'the user asked' });
    const headers = { ...bearer(tokenOf(inspector.url)), ...json };
    const asked = { method: 'POST', headers, body };
    const { status, body: told } = await ask(new URL('/cancel', inspector.url), asked);
    return status === 200 ? JSON.parse(told.toString()) : status;
  }

  test('reaches the task with its reason, and is reported to the exception handler', async () => {
    await run(async function main() {
      const reports: string[] = [];
      getEventLoop().setExceptionHandler((_, { message, warning }) => {
        reports.push(`${warning} ${message}`);
      });
      using inspector = await serveInspector({ mayCancel: true });
      const task = createTask(() => sleep(60_000), { name: 'stubborn' });
      expect(await cancelFirst(inspector)).toEqual({ outcome: 'asked' });
      await expect(task).rejects.toThrow(new CancelledError('the user asked'));
      expect(reports).toEqual(["true Task 'stubborn' was cancelled by the page of the inspector"]);
      const { status, body } = await ask(new URL('/cancel', inspector.url), {
        method: 'POST',
        headers: { ...bearer(tokenOf(inspector.url)), ...json },
        body: '{"task":12345,"reason":""}',
      });
      expect([status, body.toString()]).toEqual([200, '{"outcome":"done"}']);
    });
  });

  test('is refused unless it was allowed', async () => {
    await run(async function main() {
      using inspector = await serveInspector();
      const task = createTask(() => sleep(60_000), { name: 'stubborn' });
      expect(await cancelFirst(inspector)).toBe(403);
      expect(task.cancelling()).toBe(0);
      task.cancel();
    });
  });
});

describe('in a program', () => {
  const begin = `
    import { connect } from 'node:net';
    import { run, sleep } from 'skein';
    import { serveInspector } from 'skein/inspect/server';
  `;

  test('a server and its open page do not keep it alive', async () => {
    const { code, stdout } = await program(`${begin}
      const { url } = await serveInspector();
      const { port, hash } = new URL(url);
      const page = connect(Number(port), '127.0.0.1');
      page.write('GET /events HTTP/1.1\\r\\nHost: 127.0.0.1:' + port + '\\r\\nAuthorization: Bearer ' + hash.slice(7) + '\\r\\n\\r\\n');
      await new Promise((resolve) => page.once('data', resolve));
      page.unref();
      console.log('done');
    `);
    expect([code, stdout]).toEqual([0, 'done']);
  });

  test('a server that is closed ends its pages, and listens no more', async () => {
    const { code, stdout } = await program(`${begin}
      const inspector = await serveInspector();
      const port = Number(new URL(inspector.url).port);
      const page = connect(port, '127.0.0.1');
      await new Promise((resolve) => page.once('connect', resolve));
      const closed = new Promise((resolve) => page.once('close', resolve));
      inspector.close();
      await closed;
      connect(port, '127.0.0.1').once('error', ({ code }) => console.log(code));
    `);
    expect([code, stdout]).toEqual([0, 'ECONNREFUSED']);
  });

  test('no port is opened in production, unless the environment allows it', async () => {
    const open = `${begin}
      try { await serveInspector(); console.log('open'); }
      catch ({ message }) { console.log(message); }`;
    const refused = await program(open, { env: { NODE_ENV: 'production' } });
    expect(refused.stdout).toContain('opens no port where NODE_ENV is `production`');
    const allowed = await program(open, {
      env: { NODE_ENV: 'production', SKEIN_INSPECT_ALLOW: '1' },
    });
    expect(allowed.stdout).toBe('open');
  });
});

test.each([
  [null, TypeError, '`serveInspector()` expected an options object, but got null'],
  [{ host: '0.0.0.0' }, TypeError, 'host'],
  [{ port: '80' }, TypeError, '`serveInspector()` expected `port` to be a number'],
  [{ port: 99_999 }, RangeError, '`port` to be a whole number from 0 to 65535, but got 99999'],
  [{ steps: 1 }, RangeError, '`steps` to be a whole number from 16'],
  [{ mayCancel: 'yes' }, TypeError, '`mayCancel` to be true or false'],
  [{ redact: 'all' }, TypeError, '`redact` to be a function'],
])('refuses the options %j', async (options, ErrorClass, text) => {
  const error = await serveInspector(options as never).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ErrorClass);
  expect((error as Error).message).toContain(text);
});
