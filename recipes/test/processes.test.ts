/** The recipes about processes, files, streams and events. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTask, run, sleep, TimeoutError, timeout } from 'skein';
import { ChildFailed, outputOf } from '../child-process.ts';
import { listen, next } from '../events.ts';
import { convert } from '../streams.ts';

const node = process.execPath;

test('a child process gives its output, its failure, and is gone when its task is cancelled', async () => {
  await run(async () => {
    assert.equal(await outputOf(node, ['-p', '6 * 7']), '42\n');
    await assert.rejects(
      outputOf(node, ['-e', 'console.error("no"); process.exit(3)']),
      (error) => {
        return error instanceof ChildFailed && /ended with 3: no/.test(error.message);
      },
    );
    await assert.rejects(outputOf('no-such-program', []), /ENOENT/);
    const hangs = ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'];
    await assert.rejects(
      timeout(300, () => outputOf(node, hangs, 200)),
      TimeoutError,
    );
  });
});

for (const name of ['checksums.ts', 'promises/checksums.ts']) {
  test(`${name}: the checksums of 2,000 files, with one that cannot be read; Ctrl-C gives the rest up`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
    try {
      for (let n = 0; n < 2000; n++) writeFileSync(join(folder, `${n}.txt`), `file ${n}`);
      const program = fileURLToPath(new URL(`../${name}`, import.meta.url));
      const args = ['--import', 'tsx', program, folder];
      // Its target is not there. Windows makes no links for everyone.
      const unreadable = process.platform !== 'win32';
      if (unreadable) symlinkSync(join(folder, 'gone'), join(folder, 'link.txt'));
      const given = promisify(execFile)(node, args, { maxBuffer: 1e7 });
      const { code: ended = 0, stdout, stderr } = await given.catch((error) => error);
      assert.equal(stdout.trim().split('\n').length, 2000);
      assert.equal(ended, unreadable ? 1 : 0);
      if (unreadable) assert.match(stderr, /link\.txt: .*ENOENT/);
      const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'ignore'] });
      await once(child.stdout, 'data');
      child.kill('SIGINT');
      child.stdout.resume();
      const [code, signal] = await once(child, 'exit');
      // Windows has no signals: the child is ended.
      if (process.platform !== 'win32') assert.deepEqual([code, signal], [130, null]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test('lines of a stream of Node and of the web are converted with back-pressure; a cancellation destroys both ends', async () => {
  let most = 0;
  let under = 0;
  const work = async (line: string): Promise<string> => {
    most = Math.max(most, ++under);
    await sleep(1);
    under--;
    return line.toUpperCase();
  };
  await run(async () => {
    const target = new PassThrough({ highWaterMark: 16 });
    const read = createTask(async () => {
      let text = '';
      for await (const chunk of target) text += String(chunk);
      return text;
    });
    const source = Readable.from(Array.from({ length: 50 }, (_, n) => `line ${n}\n`));
    assert.equal(await convert(source, target, work), 50);
    assert.match(await read, /^LINE 0\nLINE 1\n.*LINE 49\n$/s);
    assert.equal(most, 4);

    const web = new Blob(['a\nb\n']).stream() as ReadableStream<Uint8Array>;
    const out = new PassThrough();
    out.resume();
    assert.equal(await convert(web, out, work), 2);

    const endless = new Readable({ read() {} });
    const full = new PassThrough();
    const task = createTask(() => convert(endless, full, work));
    endless.push('first\n');
    while (full.readableLength === 0) await sleep(1);
    await task.stop();
    assert.ok(endless.destroyed && full.destroyed);
  });
});

test('an event is waited for, and leaves no listener; events of a target are read one by one', async () => {
  await run(async () => {
    const emitter = new EventEmitter();
    setTimeout(() => emitter.emit('ready', 1, 2), 5);
    assert.deepEqual(await next(emitter, 'ready'), [1, 2]);
    await assert.rejects(
      timeout(5, () => next(emitter, 'ready')),
      TimeoutError,
    );
    assert.equal(emitter.listenerCount('ready'), 0);
    const failing = next(emitter, 'ready');
    setTimeout(() => emitter.emit('error', new RangeError('broken')), 5);
    await assert.rejects(failing, RangeError);

    const target = new EventTarget();
    const heard = await listen(target, 'tick', async (events) => {
      for (let n = 0; n < 3; n++) target.dispatchEvent(new Event('tick'));
      const names: string[] = [];
      for await (const event of events) {
        names.push(event.type);
        if (names.length === 3) break;
      }
      return names;
    });
    assert.deepEqual(heard, ['tick', 'tick', 'tick']);
  });
});
