/** What the server of `skein open` gives, and to which requests: names and reasons stand in a recording. */

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask as askUrl, bearer, type Got } from './ask.ts';
import { Opened, recordingOf } from './opened.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await Opened.start(await recordingOf('deadlock'));
});
afterAll(() => opened[Symbol.dispose]());

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return askUrl(opened.address, { path, headers, method });
}

test('the address has 127.0.0.1 and a token of 128 bits, which no request shows', () => {
  const { address, token } = opened;
  expect(address.hostname).toBe('127.0.0.1');
  expect(token).toMatch(/^[0-9a-f]{32}$/);
  expect(address.search).toBe('');
});

test('with the token, the recording is given as it is in the file', async () => {
  const { status, body } = await ask('/recording', bearer(opened.token));
  expect([status, body.equals(readFileSync(opened.file))]).toEqual([200, true]);
});

test.each([
  ['no token', {}],
  ['another token', bearer('0'.repeat(32))],
  ['a shorter token', bearer('0')],
])('with %s, the recording is refused', async (_, headers) => {
  expect(await ask('/recording', headers)).toMatchObject({ status: 403 });
});

test('a token in the query is none', async () => {
  expect(await ask(`/recording?token=${opened.token}`)).toMatchObject({ status: 404 });
});

test('another host is refused, also for the page: a name that points here gets nothing', async () => {
  const headers = { ...bearer(opened.token), Host: `example.com:${opened.address.port}` };
  expect(await ask('/recording', headers)).toMatchObject({ status: 403 });
  expect(await ask('/', headers)).toMatchObject({ status: 403 });
});

test('another origin is refused; its own is not, and no other may read', async () => {
  const token = bearer(opened.token);
  const other = await ask('/recording', { ...token, Origin: 'https://example.com' });
  expect(other).toMatchObject({ status: 403 });
  expect(await ask('/recording', { ...token, Origin: 'null' })).toMatchObject({ status: 403 });
  const own = await ask('/recording', { ...token, Origin: opened.address.origin });
  expect(own.status).toBe(200);
  expect(own.headers['access-control-allow-origin']).toBeUndefined();
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
  expect(await ask('/recording', bearer(opened.token), method)).toMatchObject({ status: 405 });
});

test.each(['/../package.json', '/%2e%2e/package.json', '/page.js.map', '//etc/passwd'])(
  'no other file is read: %s',
  async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404 });
  },
);

test('the page may load nothing from elsewhere, and be framed by none', async () => {
  const { status, headers, body } = await ask('/');
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-security-policy': expect.stringMatching(
      /^default-src 'self';.*frame-ancestors 'none'/,
    ),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  expect(body.toString()).not.toMatch(/https?:|<script(?![^>]*src=)|style=/);
});

test('no other address of the machine listens', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of others) {
    const refused = await new Promise((resolve) => {
      const socket = connect(Number(opened.address.port), address);
      socket.on('error', () => resolve(true));
      socket.on('connect', () => {
        socket.destroy();
        resolve(false);
      });
    });
    expect(refused, address).toBe(true);
  }
});

test('all files of the page together are at most 60 kB, compressed', () => {
  const folder = new URL('../../../dist/inspect/page/', import.meta.url);
  const names = ['index.html', 'page.js', 'page.css', 'icon.svg'];
  const sizes = names.map((name) => gzipSync(readFileSync(fileURLToPath(new URL(name, folder)))));
  expect(gunzipSync(sizes[0] as Buffer).length).toBeGreaterThan(100);
  expect(sizes.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(60_000);
});

test.each([
  [['open'], 2, 'expected a recording, or a process id or the name of a script, but got nothing'],
  [['open', 'a', 'b'], 2, 'but got `a b`'],
  [['open', 'a', '--port', '99999'], 2, 'expected --port to be a port'],
  [['open', '--host', '0.0.0.0'], 2, "Unknown option '--host'"],
  [['open', 'is-not-there.skein'], 1, 'ENOENT'],
  [['open', fileURLToPath(import.meta.url)], 1, 'expected a recording of skein'],
])('skein %j is refused', async (args, code, text) => {
  const result = await Opened.refused(args);
  expect(result.code).toBe(code);
  expect(result.stderr).toContain(text);
});
