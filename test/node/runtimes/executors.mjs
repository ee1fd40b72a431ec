/**
 * What pools of threads and of processes promise, in whatever runtime this is, without a test runner.
 *
 *     node executors.mjs
 *
 * Writes a line for each scenario that fails, and as the last line how many passed. Ends by itself, with idle workers.
 */
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import {
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  WorkerLostError,
} from '../../../dist/node/executors.js';
import { add, fail, ParseError, whatIsHeld } from './work.mjs';

/**
 * A scenario that hangs is a failure like any other. The longest one fills 16 heaps of processes: 4 s in Deno on a quiet machine,
 * 14 s beside six busy loops.
 */
const patience = 60_000;
const isBun = 'Bun' in globalThis;
const isDeno = 'Deno' in globalThis;

async function thrownBy(outcome) {
  try {
    return await outcome;
  } catch (error) {
    return error;
  }
}

async function begun(future) {
  while (!future.running() && !future.done())
    await new Promise((resolve) => setTimeout(resolve, 1));
}

/** The pool goes on, and with nothing left of what was. */
const goesOn = async (pool) => (await pool.submit(add, 1, 1)) === 2;

/** Each is given a new pool of one worker and answers whether all was as it should be. */
const scenarios = {
  'functions cross by source and by reference': async (pool) =>
    (await pool.submit((a, b) => a * b, 6, 7)) === 42 && (await pool.submit(add, 40, 2)) === 42,
  'values are copied both ways': async (pool) => {
    const given = { map: new Map([['a', new Date(5)]]), bytes: new Uint8Array([1, 2]) };
    const back = await pool.submit((value) => value, given);
    return back !== given && back.map.get('a').getTime() === 5 && back.bytes[1] === 2;
  },
  'many jobs keep their order': async (pool) => {
    const futures = Array.from({ length: 1000 }, (_, n) => pool.submit(add, n, 1));
    return (await Promise.all(futures)).every((value, n) => value === n + 1);
  },
  'map() takes lazy inputs': async (pool) => {
    function* naturals() {
      for (let n = 0; ; n++) yield n;
    }
    const seen = [];
    for await (const n of pool.map((n) => n * 2, naturals(), { bufferSize: 4 })) {
      if (seen.push(n) === 3) break;
    }
    return String(seen) === '0,2,4';
  },
  'errors keep their class, cause and properties': async (pool) => {
    const error = await thrownBy(pool.submit(fail));
    return error instanceof ParseError && error.cause === 'a typo' && error.place === 3;
  },
  'an argument that cannot be copied fails its job alone, and is named': async (pool) => {
    const bad = pool.submit((value) => value, { on: { click: () => {} } });
    const { message } = await thrownBy(bad);
    return message.includes('args[0].on.click is a function') && goesOn(pool);
  },
  'a result that cannot be copied fails its job alone, and is named': async (pool) => {
    const { message } = await thrownBy(pool.submit(() => ({ next: [() => {}] })));
    return message.includes('result.next[0] is a function') && goesOn(pool);
  },
  'a worker that exits is replaced, and tells its exit code': async (pool) => {
    const error = await thrownBy(pool.submit(() => process.exit(3)));
    return error instanceof WorkerLostError && error.exitCode === 3 && goesOn(pool);
  },
  'an exception that nobody caught is told of': async (pool) => {
    const error = await thrownBy(
      pool.submit(() => {
        setTimeout(() => {
          throw new RangeError('too late');
        });
        return new Promise(() => {});
      }),
    );
    return error.message.includes('nobody caught RangeError: too late') && goesOn(pool);
  },
  'a rejection that nobody handled is told of': async (pool) => {
    const error = await thrownBy(
      pool.submit(() => {
        void Promise.reject(new TypeError('unheard'));
        return new Promise(() => {});
      }),
    );
    return error.message.includes('nobody caught TypeError: unheard') && goesOn(pool);
  },
  'a job that was not begun never begins': async (pool) => {
    const first = pool.submit(() => new Promise((resolve) => setTimeout(resolve, 20)));
    const second = pool.submit(() => {
      globalThis.held = 'begun';
    });
    second.cancel();
    await first;
    return second.cancelled() && (await pool.submit(whatIsHeld)) === undefined;
  },
  'a job that awaits hears its signal': async (pool) => {
    const future = pool.submit(async function wait() {
      await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
      globalThis.held = this.signal.reason.message;
    });
    await begun(future);
    future.cancel('enough');
    return future.cancelled() && (await pool.submit(whatIsHeld)) === 'enough';
  },
  'a job that computes sees its signal': async (pool) => {
    const future = pool.submitWith({ grace: Number.POSITIVE_INFINITY }, function spin() {
      while (!this.signal.aborted);
      globalThis.held = 'seen';
    });
    await begun(future);
    future.cancel();
    return (await pool.submit(whatIsHeld)) === 'seen';
  },
  'a job that does not stop has its worker ended': async (pool) => {
    const future = pool.submitWith({ grace: 10 }, () => {
      for (;;);
    });
    await begun(future);
    future.cancel();
    return (await goesOn(pool)) && !future.running();
  },
  'a job that takes too long times out': async (pool) => {
    const error = await thrownBy(
      pool.submitWith({ timeout: 20, grace: 10 }, () => new Promise(() => {})),
    );
    return error.name === 'TimeoutError' && goesOn(pool);
  },
  'a timer left behind runs while the worker is idle': async (pool) => {
    await pool.submit(() => {
      setTimeout(() => {
        globalThis.held = 'fired';
      });
    });
    while ((await pool.submit(whatIsHeld)) !== 'fired');
    return true;
  },
  'a shutdown by force ends what runs': async (pool) => {
    const future = pool.submitWith({ grace: 10 }, () => {
      for (;;);
    });
    await begun(future);
    await pool.shutdown({ cancelRunning: true });
    return future.cancelled() && pool.statistics().workers.length === 0;
  },
};

const pools = {
  threads: () => new ThreadPoolExecutor({ maxWorkers: 1 }),
  'threads of the program': () =>
    new ThreadPoolExecutor({
      maxWorkers: 1,
      worker: () => new Worker(new URL('./serving.mjs', import.meta.url)),
    }),
  processes: () => new ProcessPoolExecutor({ maxWorkers: 1 }),
};

/** What has no pool of its own. */
const others = {
  'a limit for the heap is kept, or refused': async () => {
    const fillHeap = () => {
      const hoard = [];
      for (;;) hoard.push(new Array(10_000).fill(hoard.length));
    };
    const kinds = [ThreadPoolExecutor, ProcessPoolExecutor];
    const outcomes = [];
    for (const Kind of kinds) {
      try {
        const pool = new Kind({ maxWorkers: 2, maxHeapMb: 64 });
        // Several, as with the young generation that Node 24 chooses one of the first few would end the program.
        const losses = Array.from({ length: 16 }, () => thrownBy(pool.submit(fillHeap)));
        const areKept = (await Promise.all(losses)).every(({ heapLimit }) => heapLimit);
        outcomes.push(areKept ? 'kept' : 'broken');
        await pool.shutdown();
      } catch (error) {
        outcomes.push(
          error.message.includes('expected no `maxHeapMb`') ? 'refused' : error.message,
        );
      }
    }
    const expected = isBun ? 'refused,refused' : isDeno ? 'refused,kept' : 'kept,kept';
    return String(outcomes) === expected;
  },
  'a process that ignores that it is to end is killed': async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    await pool.submit(() => void process.on('SIGTERM', () => {}));
    const future = pool.submitWith({ grace: 10 }, () => {
      for (;;);
    });
    await begun(future);
    future.cancel();
    return goesOn(pool);
  },
  'a process that is killed tells the signal': async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const pid = await pool.submit(() => process.pid);
    let lost;
    await new Promise((onProgress) => {
      lost = pool.submitWith({ onProgress }, function hang() {
        this.progress('begun');
        return new Promise(() => {});
      });
    });
    process.kill(pid, 'SIGKILL');
    const { signal } = await thrownBy(lost);
    // Left idle, as the next pool: the program ends all the same.
    return signal === 'SIGKILL' && (await goesOn(pool));
  },
  'what processes say last is heard, however busy the machine is': async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 8 });
    const losses = Array.from({ length: 32 }, () =>
      thrownBy(
        pool.submit(() => {
          void Promise.reject(new TypeError('unheard'));
          return new Promise(() => {});
        }),
      ),
    );
    const unheard = (await Promise.all(losses)).filter(
      ({ message }) => !message.includes('nobody caught TypeError: unheard'),
    );
    await pool.shutdown();
    return unheard.length === 0 || `${unheard.length} of ${losses.length} were not heard`;
  },
  'what a process has left behind does not keep its job from failing': async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    let left;
    const onProgress = (pid) => {
      left = pid;
    };
    const { exitCode } = await thrownBy(
      pool.submitWith({ onProgress }, async function leave() {
        const { spawn } = await import('node:child_process');
        const child = spawn(process.execPath, ['--version'], { detached: true, stdio: 'ignore' });
        child.kill('SIGSTOP');
        child.unref();
        this.progress(child.pid);
        process.exit(3);
      }),
    );
    process.kill(left, 'SIGKILL');
    await pool.shutdown();
    return exitCode === 3;
  },
  'idle threads let the program end': () => goesOn(new ThreadPoolExecutor({ maxWorkers: 1 })),
};

let failed = 0;
let count = 0;

async function attempt(title, run) {
  count++;
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, patience, 'it hangs');
  });
  const outcome = await Promise.race([run(), late]).catch((error) => `it throws ${error.stack}`);
  clearTimeout(timer);
  if (outcome === true) return;
  failed++;
  console.log(`${title}: ${outcome}`);
}

for (const [kind, create] of Object.entries(pools)) {
  for (const [title, scenario] of Object.entries(scenarios)) {
    const pool = create();
    await attempt(`${kind}: ${title}`, () => scenario(pool));
    await pool.shutdown({ cancelRunning: true });
  }
}
for (const [title, scenario] of Object.entries(others)) await attempt(title, scenario);
console.log(`${count - failed} of ${count} passed`);
process.exitCode = failed === 0 ? 0 : 1;
