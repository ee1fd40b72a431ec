/**
 * What a cluster promises when its parts fail. Each probe has real processes. "slow" ones run with `npm run probes` only.
 *
 * | number | what fails, or is asked for                                   | file                          |
 * |--------|---------------------------------------------------------------|-------------------------------|
 * | 1      | a worker is killed                                            | here                          |
 * | 2      | a worker stands still                                         | here, slow                    |
 * | 3, 4   | the server is killed, and comes again                         | here; 4 slow                  |
 * | 5      | the server has lost everything                                | here, slow                    |
 * | 6      | the confirmation of a job is lost                             | here                          |
 * | 7, 8   | the network is cut for 6 s                                    | here, slow                    |
 * | 9      | an executor is killed                                         | here                          |
 * | 10     | a job kills its worker each time                              | here                          |
 * | 11, 12 | jobs are cancelled in all moments                             | here                          |
 * | 13     | the network is cut in the moment of a cancellation            | here                          |
 * | 14     | a function computes without a pause                           | here                          |
 * | 15     | large arguments and results                                   | here; 10 and 60 MB slow       |
 * | 16     | 10,000 jobs wait for a worker                                 | here, slow                    |
 * | 17     | an executor stands still                                      | here, slow                    |
 * | 18     | no server knows the function                                  | here; half a minute slow      |
 * | 19     | a worker is told to end                                       | here                          |
 * | 20     | `skein worker` is told to end                                 | here, `command-line.test.ts`  |
 * | 21     | clocks differ                                                 | `clocks.test.ts`, slow        |
 * | 22     | a function fails, and is called again                         | here                          |
 * | 23     | the server closes idle connections                            | here, slow                    |
 * | 24     | the server is out of memory                                   | here                          |
 * | 25     | two executors share a queue                                   | here                          |
 * | 26     | a job reports without a pause                                 | here                          |
 * | 27     | jobs are forged                                               | `security.test.ts`            |
 * | 28     | a worker dies between the outcome and the end: R1             | here                          |
 * | 29     | the server comes again while a job runs: R2                   | here                          |
 * | 30     | a replica takes the place of the server                       | `rules.test.ts`               |
 * | R3     | nobody knows whether a job has run                            | 1, and `memory.test.ts`       |
 * | R4     | another worker still runs the job                             | here                          |
 * | R5, R6 | a lock is lost; a job is added twice                          | `rules.test.ts`               |
 */
import { CancelledError, TimeoutError } from 'skein';
import { ClusterExecutor, JobLostError, serveCluster } from 'skein/cluster';
import { WorkerLostError } from 'skein/executors';
import { afterAll, describe, expect } from 'vitest';
import * as effects from './fixtures/effects.mjs';
import { Network } from './network.ts';
import { endShared, lockMs, outcomeOf, pause, probe, until } from './scene.ts';

afterAll(endShared);

const idempotent = { idempotent: true } as const;

describe('a worker', () => {
  probe(
    '1. that is killed fails its ordinary job, and another one runs its idempotent job',
    async (scene) => {
      const first = await scene.server();
      const cluster = scene.executor();
      const ordinary = cluster.submit(effects.stuckAtFirst, 'ordinary');
      const again = cluster.submitWith(idempotent, effects.stuckAtFirst, 'again');
      await scene.begun('ordinary');
      await scene.begun('again');
      const { pid } = first;
      await scene.server();
      await first.kill();
      const lost = (await outcomeOf(ordinary)) as WorkerLostError;
      expect(lost).toBeInstanceOf(WorkerLostError);
      expect(lost).toMatchObject({ job: 'stuckAtFirst', runs: 1, pid, host: expect.any(String) });
      expect(await again).toBe('again');
      expect([scene.count('begin', 'ordinary'), scene.count('begin', 'again')]).toEqual([1, 2]);
    },
  );

  probe(
    '2. that stands still for 6 locks is lost; its late end changes nothing',
    async (scene) => {
      const first = await scene.server();
      const cluster = scene.executor();
      const ordinary = cluster.submit(effects.wait, 'ordinary', 500);
      const again = cluster.submitWith(idempotent, effects.wait, 'again', 500);
      await scene.begun('ordinary');
      await scene.begun('again');
      first.signal('SIGSTOP');
      await scene.server();
      await pause(6 * lockMs);
      first.signal('SIGCONT');
      expect(await outcomeOf(ordinary)).toBeInstanceOf(WorkerLostError);
      expect(await again).toBe('again');
      await until(() => scene.count('end', 'ordinary') === 1);
      expect(scene.count('begin', 'ordinary')).toBe(1);
      expect(await cluster.submit(effects.quick, 'after')).toBe('after');
    },
    { slow: true },
  );

  probe(
    '10. that a job kills each time does so 1 + `retries` times, and the others go on',
    async (scene) => {
      for (let n = 0; n < 4; n++) await scene.server({ concurrency: 1 });
      const cluster = scene.executor();
      const poison = cluster.submitWith({ idempotent: true, retries: 1 }, effects.die, 'poison');
      const lost = await outcomeOf(poison);
      expect(lost).toMatchObject({ name: 'WorkerLostError', runs: 2 });
      expect(scene.count('begin', 'poison')).toBe(2);
      expect(await cluster.submit(effects.quick, 'other')).toBe('other');
    },
  );

  probe('14. renews its lock while a function computes for longer', async (scene) => {
    await scene.server({ executor: 'threads', concurrency: 1 });
    await scene.server({ executor: 'threads', concurrency: 1 });
    const cluster = scene.executor();
    expect(await cluster.submit(effects.spin, 'long', 2 * lockMs)).toBe('long');
    expect(scene.count('begin', 'long')).toBe(1);
  });

  probe(
    '14. ends a function that computes on though it was cancelled; until then it is running',
    async (scene) => {
      await scene.server({ executor: 'threads', concurrency: 1, grace: 300 });
      const cluster = scene.executor();
      const future = cluster.submit(effects.spin, 'deaf', 60_000);
      await until(() => future.running());
      future.cancel();
      expect(future.running()).toBe(true);
      expect(await cluster.submit(effects.quick, 'next')).toBe('next');
      expect(future.running()).toBe(false);
      expect(scene.count('end', 'deaf')).toBe(0);
    },
  );

  probe(
    '19. and 20. that is told to end lets its jobs end, and leaves the queued ones to others',
    async (scene) => {
      const first = await scene.server({ concurrency: 2 });
      const cluster = scene.executor();
      const jobs = ['a', 'b', 'c', 'd'].map((tag) => cluster.submit(effects.wait, tag, 700));
      await scene.begun('a');
      await scene.begun('b');
      first.signal('SIGTERM');
      const second = await scene.server();
      expect(await Promise.all(jobs)).toEqual(['a', 'b', 'c', 'd']);
      await first.ended();
      expect(first.exitCode).toBe(0);
      for (const tag of ['a', 'b', 'c', 'd']) expect(scene.count('begin', tag)).toBe(1);
      expect(scene.effects('c')[0]?.pid).toBe(second.pid);
    },
  );

  probe(
    '19. that waits no longer gives idempotent jobs back, and tells of ordinary ones',
    async (scene) => {
      const first = await scene.server({ executor: 'threads', closing: { grace: 100 }, grace: 50 });
      const cluster = scene.executor();
      const ordinary = outcomeOf(cluster.submit(effects.wait, 'ordinary', 20_000));
      const again = cluster.submitWith(idempotent, effects.stuckAtFirst, 'again');
      const slow = cluster.submitWith(idempotent, effects.untilStopped, 'slow');
      await Promise.all(['ordinary', 'again', 'slow'].map((tag) => scene.begun(tag)));
      first.signal('SIGTERM');
      await scene.server({ executor: 'threads' });
      const lost = await ordinary;
      expect(lost).toMatchObject({ name: 'WorkerLostError', pid: first.pid });
      expect(String(lost)).toContain('its server was shut down');
      expect(await again).toBe('again');
      await scene.begun('slow', 2);
      slow.cancel();
    },
  );
});

describe('the server', () => {
  for (const [number, appendfsync] of [
    ['3', 'always'],
    ['4', 'everysec'],
  ] as const) {
    probe(
      `${number}. that is killed under load and comes again (${appendfsync}) has lost no job`,
      async (scene) => {
        await scene.server();
        await scene.server();
        const cluster = scene.executor({ sweep: 1000 });
        const futures: PromiseLike<string>[] = [];
        const submit = (): void => {
          for (let n = 0; n < 20; n++)
            futures.push(cluster.submit(effects.quick, `job${futures.length}`));
        };
        for (let n = 0; n < 10; n++) {
          submit();
          await pause(10);
        }
        await scene.redis.killed();
        submit();
        await pause(1000);
        await scene.redis.start();
        submit();
        const outcomes = await Promise.all(futures.map(outcomeOf));
        const wrong = outcomes.filter(
          (outcome, n) => outcome !== `job${n}` && !(outcome instanceof WorkerLostError),
        );
        expect(wrong).toEqual([]);
        // A job whose begin was told to a worker that did not hear of it is lost, and has not begun.
        expect(
          outcomes.filter((outcome) => outcome instanceof WorkerLostError).length,
        ).toBeLessThan(20);
        const begins = scene.effects().filter(({ event }) => event === 'begin');
        expect(new Set(begins.map(({ tag }) => tag)).size).toBe(begins.length);
      },
      { own: { appendfsync }, slow: appendfsync === 'everysec' },
    );
  }

  probe(
    '5. that has lost everything says so of each job, and of one that still runs nothing',
    async (scene) => {
      await scene.server({ concurrency: 1 });
      const cluster = scene.executor({ sweep: 3000 });
      const runs = cluster.submit(effects.wait, 'runs', 5000);
      const queued = cluster.submit(effects.quick, 'queued');
      await scene.begun('runs');
      await pause(300);
      await scene.redis.killed();
      await scene.redis.start();
      expect(await outcomeOf(queued)).toBeInstanceOf(JobLostError);
      expect(await runs).toBe('runs');
      expect(await cluster.submit(effects.quick, 'after')).toBe('after');
    },
    { own: { appendfsync: 'none' }, slow: true },
  );

  probe('6. whose confirmation is lost gets no job twice', async (scene) => {
    await scene.server();
    const network = await Network.start(scene.redis.port);
    scene.atEnd(() => network.stop());
    const cluster = scene.executor({ connection: network.url });
    await cluster.submit(effects.quick, 'before');
    network.dropsReplies = true;
    const jobs = ['a', 'b', 'c', 'd'].map((tag) => cluster.submit(effects.quick, tag));
    await scene.begun('d');
    network.cut();
    network.dropsReplies = false;
    expect(await Promise.all(jobs)).toEqual(['a', 'b', 'c', 'd']);
    for (const tag of ['a', 'b', 'c', 'd']) expect(scene.count('begin', tag)).toBe(1);
  });

  probe(
    '24. that is out of memory refuses a job with its words, and gets an outcome when it has memory again',
    async (scene) => {
      await scene.server();
      const cluster = scene.executor();
      const before = cluster.submit(effects.wait, 'before', 600);
      await scene.begun('before');
      const admin = scene.redis.connect();
      scene.atEnd(async () => admin.disconnect());
      await admin.config('SET', 'maxmemory', '1');
      const refused = await outcomeOf(cluster.submit(effects.quick, 'refused'));
      expect(String(refused)).toMatch(/refused it: .*OOM/);
      await until(() => scene.count('end', 'before') === 1);
      await pause(300);
      expect(before.done()).toBe(false);
      await admin.config('SET', 'maxmemory', '0');
      expect(await before).toBe('before');
      expect(await cluster.submit(effects.quick, 'after')).toBe('after');
    },
    { own: {} },
  );

  probe(
    '23. that closes idle connections does no harm',
    async (scene) => {
      await scene.server();
      const cluster = scene.executor();
      expect(await cluster.submit(effects.quick, 'before')).toBe('before');
      await pause(9000);
      expect(await cluster.submit(effects.quick, 'after')).toBe('after');
    },
    { own: { more: ['--timeout', '3'] }, slow: true },
  );

  probe(
    '29. that comes again finds the worker that still runs an ordinary job',
    async (scene) => {
      await scene.server({ concurrency: 1 });
      const cluster = scene.executor({ sweep: 1000 });
      const long = cluster.submit(effects.wait, 'long', 3 * lockMs);
      await scene.begun('long');
      await scene.redis.killed();
      await pause(1.2 * lockMs);
      await scene.redis.start();
      expect(await long).toBe('long');
      expect(scene.count('begin', 'long')).toBe(1);
    },
    { own: {} },
  );
});

describe('the network', () => {
  probe(
    '7. that is cut between executor and server for 6 s delays the results',
    async (scene) => {
      await scene.server();
      const network = await Network.start(scene.redis.port);
      scene.atEnd(() => network.stop());
      const cluster = scene.executor({ connection: network.url });
      const jobs = ['a', 'b', 'c'].map((tag) => cluster.submit(effects.wait, tag, 500));
      await scene.begun('c');
      network.down();
      await pause(6000);
      network.up();
      expect(await Promise.all(jobs)).toEqual(['a', 'b', 'c']);
    },
    { slow: true },
  );

  probe(
    '8. that is cut between worker and server for 6 s costs no job that the worker still runs',
    async (scene) => {
      const network = await Network.start(scene.redis.port);
      scene.atEnd(() => network.stop());
      await scene.server({ connection: network.url });
      const cluster = scene.executor();
      const ordinary = cluster.submit(effects.wait, 'ordinary', 8000);
      const again = cluster.submitWith(idempotent, effects.wait, 'again', 1000);
      await scene.begun('ordinary');
      await scene.begun('again');
      await scene.server();
      network.down();
      await pause(6000);
      network.up();
      expect(await again).toBe('again');
      const outcome = await outcomeOf(ordinary);
      expect(scene.count('begin', 'ordinary')).toBe(1);
      // The other worker asked while the first one could not be reached.
      expect(outcome).toBeInstanceOf(WorkerLostError);
    },
    { slow: true },
  );

  probe(
    'R4. that is cut for longer than the lock costs no ordinary job, if the worker is back when it is asked',
    async (scene) => {
      const network = await Network.start(scene.redis.port);
      scene.atEnd(() => network.stop());
      await scene.server({ connection: network.url });
      const cluster = scene.executor();
      const ordinary = cluster.submit(effects.wait, 'ordinary', 3.5 * lockMs);
      await scene.begun('ordinary');
      network.down();
      await pause(lockMs + 200);
      network.up();
      await scene.server();
      expect(await ordinary).toBe('ordinary');
      expect(scene.count('begin', 'ordinary')).toBe(1);
    },
  );

  probe('13. that is cut in the moment of a cancellation delays it', async (scene) => {
    const network = await Network.start(scene.redis.port);
    scene.atEnd(() => network.stop());
    await scene.server({ connection: network.url });
    const cluster = scene.executor();
    const future = cluster.submit(effects.untilStopped, 'cut');
    await scene.begun('cut');
    network.down();
    future.cancel();
    await pause(300);
    network.up();
    await until(() => scene.count('stopped', 'cut') === 1);
    await until(() => !future.running());
  });
});

describe('an executor', () => {
  probe('9. that is killed leaves a job with an id to the next one', async (scene) => {
    await scene.server();
    const first = await scene.submitter();
    first.send({ name: 'wait', args: ['report', 800], settings: { id: 'report' } });
    await scene.begun('report');
    await first.kill();
    const next = scene.executor();
    expect(await next.attach<string>('report')).toBe('report');
    expect(await scene.executor().attach<string>('report')).toBe('report');
    expect(await next.submitWith({ id: 'report' }, effects.wait, 'report', 800)).toBe('report');
    expect(scene.count('begin', 'report')).toBe(1);
    expect(await outcomeOf(next.attach('no such'))).toBeInstanceOf(JobLostError);
  });

  probe(
    '11. that cancels jobs in all moments of their lives sees each of them end',
    async (scene) => {
      await scene.server();
      const cluster = scene.executor();
      const futures = Array.from({ length: 300 }, (_, n) =>
        cluster.submit(effects.quick, `job${n}`),
      );
      const settled = futures.map(outcomeOf);
      futures.forEach((future, n) => {
        setTimeout(() => future.cancel(), n);
      });
      const outcomes = await Promise.all(settled);
      const other = outcomes.filter(
        (each, n) => each !== `job${n}` && !(each instanceof CancelledError),
      );
      expect(other).toEqual([]);
      await cluster.shutdown();
      expect(cluster.statistics().pending).toBe(0);
      // A request to stop that came after the end of its job goes by itself.
      const client = scene.redis.connect();
      let left: readonly string[] = [];
      // A server tells an outcome before it removes the job: the executor can be gone by then.
      await until(async () => {
        left = await scene.keys();
        return left.every((key) => key.includes(':s:'));
      });
      for (const key of left) expect(await client.pttl(key)).not.toBe(-1);
      client.disconnect();
    },
  );

  probe(
    '12. that cancels a queued job has it never begin; a running one is told',
    async (scene) => {
      await scene.server({ concurrency: 1 });
      const cluster = scene.executor();
      const runs = cluster.submit(effects.untilStopped, 'runs');
      const queued = cluster.submit(effects.quick, 'queued');
      await until(() => runs.running());
      queued.cancel();
      runs.cancel('enough');
      expect(runs.running()).toBe(true);
      await until(() => !runs.running());
      expect(scene.count('stopped', 'runs')).toBe(1);
      await cluster.submit(effects.quick, 'last');
      expect(scene.count('begin', 'queued')).toBe(0);
    },
  );

  probe(
    '16. finds 10,000 jobs done that waited for a worker',
    async (scene) => {
      const cluster = scene.executor();
      const futures = Array.from({ length: 10_000 }, (_, n) =>
        cluster.submit(effects.quick, `job${n}`),
      );
      await pause(1000);
      await scene.server({ executor: 'inline', concurrency: 100 });
      const results = await Promise.all(futures);
      expect(results.every((result, n) => result === `job${n}`)).toBe(true);
    },
    { slow: true, timeoutMs: 180_000 },
  );

  probe(
    '17. that stands still under load finds all of its results',
    async (scene) => {
      await scene.server({ executor: 'inline', concurrency: 20 });
      const program = await scene.submitter();
      program.send({ name: 'quick', args: ['some'], times: 1000 });
      await program.next();
      program.signal('SIGSTOP');
      await pause(3000);
      program.signal('SIGCONT');
      expect(await program.next()).toEqual({ done: 1000 });
    },
    { slow: true },
  );

  probe(
    '17. that stands still for longer than its replies are kept finds all of its results',
    async (scene) => {
      await scene.server({ executor: 'inline', concurrency: 20 });
      const program = await scene.submitter();
      program.send({ name: 'wait', args: ['some', 50], times: 500 });
      await program.next();
      program.signal('SIGSTOP');
      await pause(75_000);
      program.signal('SIGCONT');
      expect(await program.next()).toEqual({ done: 500 });
    },
    { slow: true, timeoutMs: 150_000 },
  );

  probe('25. hears nothing of the jobs of another one, and goes on without it', async (scene) => {
    await scene.server();
    const [one, two] = [scene.executor(), scene.executor()];
    const ofOne = Array.from({ length: 50 }, (_, n) => one.submit(effects.quick, `one${n}`));
    const ofTwo = Array.from({ length: 50 }, (_, n) => two.submit(effects.quick, `two${n}`));
    await one.shutdown({ cancelRunning: true });
    expect(await Promise.all(ofTwo)).toEqual(ofTwo.map((_, n) => `two${n}`));
    const outcomes = await Promise.all(ofOne.map(outcomeOf));
    expect(outcomes.every((each, n) => each === `one${n}` || each instanceof CancelledError)).toBe(
      true,
    );
  });
});

describe('a job', () => {
  probe(
    '15. with a large argument and a large result is done; one that is too large fails with both sizes',
    async (scene) => {
      await scene.server();
      const cluster = scene.executor();
      expect(await cluster.submit(effects.lengthOf, 'x'.repeat(1_000_000))).toBe(1_000_000);
      expect((await cluster.submit(effects.text, 1_000_000)).length).toBe(1_000_000);
      const large = 5_000_000;
      const errors = [
        await outcomeOf(cluster.submit(effects.lengthOf, 'x'.repeat(large))),
        await outcomeOf(cluster.submit(effects.text, large)),
      ];
      for (const error of errors) {
        expect(error).toBeInstanceOf(RangeError);
        expect(String(error)).toMatch(
          /`maxPayload` expected the .* at most 4194304 bytes, but got 50000\d\d/,
        );
      }
      expect(await cluster.submit(effects.quick, 'after')).toBe('after');
    },
  );

  for (const megabytes of [10, 60]) {
    probe(
      `15. with an argument and a result of ${megabytes} MB is done, if \`maxPayload\` is larger`,
      async (scene) => {
        const maxPayload = 100_000_000;
        await scene.server({ maxPayload });
        const cluster = scene.executor({ maxPayload });
        const length = megabytes * 1_000_000;
        expect(await cluster.submit(effects.lengthOf, 'x'.repeat(length))).toBe(length);
        expect((await cluster.submit(effects.text, length)).length).toBe(length);
        expect(await cluster.submit(effects.quick, 'after')).toBe('after');
      },
      { slow: true, own: {}, timeoutMs: 120_000 },
    );
  }

  probe('18. that no server knows waits for one that does', async (scene) => {
    await scene.server({ only: ['quick'] });
    const cluster = scene.executor();
    const future = cluster.submit(effects.wait, 'new', 1);
    await pause(1500);
    expect(future.done()).toBe(false);
    await scene.server({ only: ['wait', 'quick'] });
    expect(await future).toBe('new');
  });

  probe(
    '18. that no server knows fails after half a minute, with the names of those that are served',
    async (scene) => {
      await scene.server({ only: ['quick'] });
      const error = await outcomeOf(scene.executor().submit(effects.wait, 'unknown', 1));
      expect(String(error)).toBe(
        'TypeError: The servers of the queue expected to know the function `wait`, but they serve `quick`. Give its module to `serveCluster()`, or to `skein worker`.',
      );
    },
    { slow: true },
  );

  probe('22. that fails is tried again, and then fails with its class', async (scene) => {
    await scene.server();
    const cluster = scene.executor();
    const retry = { attempts: 3, delay: 100, factor: 1 };
    const error = await outcomeOf(cluster.submitWith({ retry }, effects.fail, 'always'));
    expect(error).toBeInstanceOf(effects.LimitReached);
    expect(error).toMatchObject({ message: 'no always', code: 'E_LIMIT' });
    expect(scene.count('begin', 'always')).toBe(3);
  });

  probe('that waited too long never begins, also when its executor is gone', async (scene) => {
    const first = await scene.submitter();
    first.send({ name: 'quick', args: ['gone'], settings: { queueTimeout: 500 } });
    await first.next();
    await pause(200);
    await first.kill();
    const cluster = scene.executor();
    const late = cluster.submitWith({ queueTimeout: 500 }, effects.quick, 'late');
    expect(await outcomeOf(late)).toBeInstanceOf(TimeoutError);
    await scene.server();
    expect(await cluster.submit(effects.quick, 'last')).toBe('last');
    expect([scene.count('begin', 'gone'), scene.count('begin', 'late')]).toEqual([0, 0]);
  });

  probe(
    '26. that reports without a pause fills no memory, and its last report is heard',
    async (scene) => {
      await scene.server();
      const cluster = scene.executor();
      const heard: number[] = [];
      const onProgress = (n: number): void => {
        heard.push(n);
      };
      const last = await cluster.submitWith({ onProgress }, effects.chatter, 1500);
      expect(heard.at(-1)).toBe(last);
      expect(heard).toEqual([...heard].sort((a, b) => a - b));
      expect(heard.length).toBeLessThan(1000);
    },
  );

  probe('28. whose worker died after it had told the outcome is not run again', async (scene) => {
    // The outcome is there, and the job too: as a worker leaves them that dies between the two.
    const cluster = scene.executor();
    const future = cluster.submitWith({ ...idempotent, id: 'told' }, effects.quick, 'told');
    await pause(300);
    const admin = scene.redis.connect();
    const other = scene.executor();
    await admin.set(
      `{skein:${scene.queue}}:o:n-told`,
      JSON.stringify(['returned', '"from before"']),
      'PX',
      60_000,
    );
    admin.disconnect();
    await scene.server();
    expect(await future).toBe('from before');
    expect(await other.attach('told')).toBe('from before');
    await other.submit(effects.quick, 'last');
    expect(scene.count('begin', 'told')).toBe(0);
  });

  probe('has one id for its future and its function', async (scene) => {
    await scene.server();
    const cluster = scene.executor();
    const future = cluster.submit(effects.jobId);
    expect(await future).toBe(future.id);
    expect(await cluster.submitWith({ id: 'order: 7/ä' }, effects.jobId)).toBe('order: 7/ä');
  });
});

describe('in one process', () => {
  probe(
    'the same functions are served inline, and an executor is what `runInExecutor()` takes',
    async (scene) => {
      const where = { connection: scene.redis.url, queue: scene.queue };
      await using server = await serveCluster(effects, {
        ...where,
        executor: 'inline',
        concurrency: 2,
      });
      await using cluster = new ClusterExecutor(where);
      expect(await cluster.submit(effects.lengthOf, 'four')).toBe(4);
      await until(() => server.statistics().running === 0);
      expect(server.statistics()).toMatchObject({ concurrency: 2, done: 1 });
    },
  );
});
