/** Exceptions that nobody looked at, in programs of their own: collected, and at the end. */
import { describe, expect, test } from 'vitest';
import { program } from './program.ts';

/** A full collection, and a turn for what it found. */
const collect = `
  const collect = async () => {
    for (let i = 0; i < 10; i++) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };`;
const flags = ['--expose-gc'];
const count = (text: string, part: string) => text.split(part).length - 1;

describe('when it is collected', () => {
  test('a failed task is reported once, with its name', async () => {
    const { code, stderr, stdout } = await program(
      `import { createTask, sleep } from 'skein';
      ${collect}
      (() => {
        createTask(function* () { throw new RangeError('boom'); }, { name: 'fetch the news' });
      })();
      await createTask(sleep(1));
      await collect();
      console.log('still running');
      console.error('-- end of the program');`,
      { flags },
    );
    expect(code).toBe(1);
    expect(stdout).toBe('still running');
    expect(count(stderr, 'never retrieved')).toBe(1);
    expect(stderr).toContain("<Task 'fetch the news' failed exception=RangeError(boom)>");
    expect(stderr.indexOf('never retrieved')).toBeLessThan(stderr.indexOf('-- end'));
  });

  test('so is a failed future', async () => {
    const { stderr } = await program(
      `import { Future } from 'skein';
      ${collect}
      (() => new Future().setException(new RangeError('boom')))();
      await collect();
      console.error('-- end of the program');`,
      { flags },
    );
    expect(count(stderr, 'never retrieved')).toBe(1);
    expect(stderr.indexOf('never retrieved')).toBeLessThan(stderr.indexOf('-- end'));
  });

  test('so is a failed task in a program that runs async functions as tasks too', async () => {
    const { stderr } = await program(
      `import { createTask, sleep } from 'skein';
      ${collect}
      await createTask(async () => { await sleep(1); });
      (() => {
        createTask(function* () { throw new RangeError('one'); }, { name: 'generator' });
        createTask(async () => { throw new RangeError('two'); }, { name: 'async' });
      })();
      await createTask(sleep(1));
      await collect();
      console.error('-- end of the program');`,
      { flags },
    );
    expect(count(stderr, 'never retrieved')).toBe(2);
    const beforeTheEnd = stderr.slice(0, stderr.indexOf('-- end'));
    expect(beforeTheEnd).toContain("<Task 'generator' failed");
    expect(beforeTheEnd).toContain("<Task 'async' failed");
  });

  test('a future that is pending, finished, cancelled or was looked at is not', async () => {
    const { stderr, code } = await program(
      `import { Future, createTask, sleep } from 'skein';
      ${collect}
      await (async () => {
        new Future();
        new Future().setResult(1);
        new Future().cancel();
        const looked = new Future(); looked.setException(new Error('boom')); looked.exception();
        const silenced = new Future(); silenced.setException(new Error('boom')); silenced.cancel();
        const awaited = new Future(); awaited.setException(new Error('boom')); await awaited.catch?.(() => {}) ?? awaited.then(null, () => {});
        createTask(sleep(10000)).cancel();
        await createTask(sleep(0));
      })();
      await collect();`,
      { flags },
    );
    expect([code, stderr]).toEqual([0, '']);
  });

  test('a finished task goes, as does a cancelled one, and the result with it', async () => {
    const { stdout, stderr } = await program(
      `import { createTask, sleep } from 'skein';
      ${collect}
      const refs = [];
      await (async () => {
        const done = createTask(sleep(0, { big: true }));
        const cancelled = createTask(sleep(10000));
        refs.push(new WeakRef(done), new WeakRef(cancelled), new WeakRef(await done));
        cancelled.cancel();
        await cancelled.then(null, () => {});
      })();
      await createTask(sleep(0));
      await collect();
      console.log(refs.map((ref) => ref.deref() === undefined).join());`,
      { flags },
    );
    expect([stdout, stderr]).toEqual(['true,true,true', '']);
  });

  test('a pending task that nobody refers to does not go, and ends in its time', async () => {
    const { stdout } = await program(
      `import { createTask, sleep } from 'skein';
      ${collect}
      (() => { createTask(function* () { yield* sleep(50); console.log('ended'); }); })();
      await collect();
      console.log('collected');`,
      { flags },
    );
    expect(stdout.split('\n')).toContain('ended');
  });
});

describe('when the program ends', () => {
  test('what was not collected is reported, once each', async () => {
    const { code, stderr } = await program(
      `import { createTask, Future, sleep } from 'skein';
      globalThis.kept = createTask(function* () { throw new RangeError('boom'); }, { name: 'kept' });
      globalThis.future = new Future();
      future.setException(new RangeError('bang'));
      await createTask(sleep(1));
      console.error('-- last line');`,
    );
    expect(code).toBe(1);
    expect(count(stderr, 'never retrieved')).toBe(2);
    expect(stderr).toContain("<Task 'kept' failed exception=RangeError(boom)>");
    expect(stderr).toContain('<Future failed exception=RangeError(bang)>');
  });

  test('nothing is reported of what was looked at', async () => {
    const { code, stderr } = await program(
      `import { createTask, sleep } from 'skein';
      const task = createTask(function* () { throw new RangeError('boom'); });
      await createTask(sleep(1));
      task.exception();`,
    );
    expect([code, stderr]).toEqual([0, '']);
  });

  test('run() reports what it left behind when its loop closes', async () => {
    const { code, stderr, stdout } = await program(
      `import { createTask, run, sleep } from 'skein';
      await run(function* () {
        globalThis.kept = createTask(function* () { throw new RangeError('boom'); }, { name: 'kept' });
        yield* sleep(1);
      });
      console.error('-- run() ended');
      console.log('ok');`,
    );
    expect([code, stdout]).toEqual([1, 'ok']);
    expect(count(stderr, 'never retrieved')).toBe(1);
    expect(stderr.indexOf('never retrieved')).toBeLessThan(stderr.indexOf('-- run() ended'));
  });
});
