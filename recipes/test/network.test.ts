/** The recipes that read from servers and sockets, against real ones. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createTask, fromPromise, run, sleep, TimeoutError, timeout } from 'skein';
import { WebSocketServer } from 'ws';
import { type Crawl, crawl } from '../crawler.ts';
import * as promises from '../promises/crawler.ts';
import { load, Refused } from '../retrying.ts';
import { connect } from '../websocket.ts';

async function withServer<T>(
  listener: RequestListener,
  body: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('fetch with retries: obeys Retry-After, gives a refusal out at once, and never repeats a cancellation', async () => {
  let requests = 0;
  const listener: RequestListener = ({ url }, response) => {
    requests++;
    if (url === '/gone') response.writeHead(404).end();
    else if (url === '/hangs') return;
    else if (requests === 1) response.writeHead(503, { 'retry-after': '0' }).end();
    else if (requests === 2)
      response.writeHead(429, { 'retry-after': new Date().toUTCString() }).end();
    else response.end('hello');
  };
  await withServer(listener, async (url) => {
    assert.equal(await run(() => load(url, { delay: 60_000 })), 'hello');
    assert.equal(requests, 3);
    await assert.rejects(
      run(() => load(`${url}gone`)),
      (error) => error instanceof Refused && error.status === 404,
    );
    assert.equal(requests, 4);
    await assert.rejects(
      run(() => timeout(200, () => load(`${url}hangs`))),
      TimeoutError,
    );
    assert.equal(requests, 5);
  });
});

const crawlers: Record<string, typeof crawl> = {
  'a crawler': crawl,
  'a crawler of promises only': (start, options): Promise<Crawl> =>
    fromPromise((signal) => promises.crawl(start, { ...options, signal })),
};
for (const [name, crawl] of Object.entries(crawlers)) {
  test(`${name} reads each page once, tells of those that fail, and hangs up when it is cancelled`, async () => {
    let open = 0;
    let most = 0;
    const listener: RequestListener = ({ url = '/' }, response) => {
      most = Math.max(most, ++open);
      response.once('close', () => open--);
      const page = Number(url.slice(1)) || 1;
      if (page === 5) return void response.writeHead(500).end();
      if (page === 99) return;
      const links = page < 8 ? [2 * page, 2 * page + 1] : [];
      setTimeout(() => response.end(links.map((to) => `<a href="/${to}">`).join('')), 5);
    };
    await withServer(listener, async (url) => {
      const { pages, failed } = await run(() => crawl(`${url}1`, { atOnce: 3 }));
      assert.equal(pages.size, 12);
      assert.deepEqual([...failed], [[`${url}5`, 'Error: status 500']]);
      assert.ok(most <= 3);
      await run(async () => {
        const task = createTask(() => crawl(`${url}99`));
        while (open === 0) await sleep(5);
        await task.stop();
        assert.ok(task.cancelled());
        while (open > 0) await sleep(5);
      });
    });
  });
}

test('a WebSocket gives its messages one by one, ends with the other side, and is closed when its task is cancelled', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, { url }) => {
    socket.on('message', (data) => {
      socket.send(`echo ${data}`);
      if (url === '/once') socket.close();
    });
  });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await run(async () => {
      const heard = await connect(`${url}/once`, async (connection) => {
        connection.send('hello');
        return [await connection.next(), await connection.next()];
      });
      assert.deepEqual(heard, ['echo hello', undefined]);
      const task = createTask(() => connect(url, async (connection) => await connection.next()));
      while (server.clients.size === 0) await sleep(5);
      await task.stop();
      while (server.clients.size > 0) await sleep(5);
      await assert.rejects(
        connect('ws://127.0.0.1:1', async () => {}),
        /ECONNREFUSED/,
      );
    });
  } finally {
    server.close();
  }
});
