import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTask, EventLoop, Future, sleep, type Task } from 'skein';
import { expect, test } from 'vitest';

test('ten thousand tasks that spin let timers and a request to a server in this very process through', async () => {
  const limit = 20_000_000;
  const server = createServer((_, response) => response.end('served'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const loop = new EventLoop();
  let steps = 0;
  let timers = 0;
  let stop = false;
  const timer = setInterval(() => timers++, 1);
  const tasks: Task<void>[] = [];
  for (let i = 0; i < 10_000; i++) {
    tasks.push(
      loop.createTask(function* () {
        while (!stop && steps < limit) {
          steps++;
          yield* sleep(0);
        }
      }),
    );
  }
  let body = '';
  await new Promise<void>((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent: false }, (response) => {
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', resolve);
    }).on('error', reject);
  });
  stop = true;
  clearInterval(timer);
  await Promise.all(tasks);
  expect(body).toBe('served');
  expect(steps).toBeLessThan(limit);
  expect(timers).toBeGreaterThan(0);
  loop.close();
  await new Promise((resolve) => server.close(resolve));
});

test('an async function that awaits what is done, over and over, lets the timers of the host through', async () => {
  let fired = false;
  setTimeout(() => {
    fired = true;
  });
  await createTask(async () => {
    const done = new Future<void>();
    done.setResult();
    // The bound is for one that starves the host: a test that never ended would say nothing.
    for (let n = 0; n < 1_000_000 && !fired; n++) await done;
  });
  expect(fired).toBe(true);
});
