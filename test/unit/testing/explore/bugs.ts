/**
 * Small programs with a bug that the usual order does not show, each with a twin that has it mended. `explore()` has to find
 * each bug, and must not find anything in a twin.
 */
import {
  CancelledError,
  type Coroutine,
  createTask,
  Event,
  gather,
  getEventLoop,
  Lock,
  Queue,
  QueueShutDown,
  Semaphore,
  shield,
  sleep,
  type Task,
  TimeoutError,
  timeout,
  wait,
} from 'skein';
import type { Environment, FailureKind } from 'skein/testing';

export interface Bug {
  readonly name: string;
  readonly fails: FailureKind;
  /** The milder mode in which it shows. */
  readonly orders: 'fifo' | 'tasks';
  /** The number of departures in the shortest explanation. */
  readonly departures: number;
  /** One order of hundreds fails: the search needs more schedules. */
  readonly isRare?: true;
  readonly main: (env: Environment, mended: boolean) => Coroutine<void>;
}

/** In so many schedules the strategy `mixed` has to find a bug, and each of the others but `departures`, which is no search for rare ones. */
export function limitOf({ isRare }: Bug, strategy: 'mixed' | 'random' | 'lots' | 'pct'): number {
  if (strategy === 'mixed') return isRare ? 2000 : 300;
  return isRare ? 1500 : 500;
}

function check(isRight: boolean, text: string): void {
  if (!isRight) throw new Error(text);
}

export const bugs: readonly Bug[] = [
  {
    name: 'a seat is looked at, and taken a round trip later',
    fails: 'error',
    orders: 'fifo',
    departures: 3,
    *main(env, mended) {
      const lock = new Lock();
      let holder = '';
      let sold = 0;
      function* book(who: string) {
        const free = yield* env.answer(`${who} looks`, () => holder === '');
        if (!free) return;
        yield* env.answer(`${who} pays`);
        holder = who;
        sold++;
      }
      const buy = (who: string): Coroutine<void> =>
        (mended ? lock.with(() => book(who)) : book(who)) as Coroutine<void>;
      function* later() {
        yield* env.answer('eve finds the page');
        yield* env.answer('eve logs in');
        yield* env.answer('eve chooses a day');
        yield* buy('eve');
      }
      yield* gather([
        createTask(buy('dan'), { name: 'dan' }),
        createTask(later(), { name: 'eve' }),
      ]);
      check(sold <= 1, `the seat was sold ${sold} times`);
    },
  },
  {
    name: 'a slow page overwrites the one that was chosen later',
    fails: 'error',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      let page = '';
      let chosen = '';
      function* open(name: string) {
        chosen = name;
        const text = yield* env.answer(`loads ${name}`, name);
        if (!mended || chosen === name) page = text;
      }
      function* user() {
        const first = createTask(open('home'), { name: 'home' });
        yield* env.answer('the user clicks');
        const second = createTask(open('news'), { name: 'news' });
        yield* wait([first, second]);
      }
      yield* createTask(user(), { name: 'user' });
      check(page === chosen, `shows ${page}, but ${chosen} was chosen`);
    },
  },
  {
    name: 'a list of waiters gets one after it was told',
    fails: 'deadlock',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      let open = false;
      const told: (() => void)[] = [];
      function* guest() {
        if (open) return;
        yield* env.answer('the guest parks the car');
        if (mended && open) return;
        const future = getEventLoop().createFuture<void>();
        told.push(() => future.setResult());
        yield* future;
      }
      function* host() {
        yield* env.answer('the host wakes up');
        open = true;
        for (const tell of told) tell();
      }
      yield* gather([createTask(guest(), { name: 'guest' }), createTask(host(), { name: 'host' })]);
    },
  },
  {
    name: 'two accounts are locked in the order in which they are named',
    fails: 'deadlock',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      const locks = [new Lock(), new Lock()] as const;
      function* transfer(from: 0 | 1, to: 0 | 1) {
        const [first, second] = mended && from > to ? [to, from] : [from, to];
        yield* locks[first].with(function* () {
          yield* env.answer(`account ${first} is read`);
          yield* locks[second].with(function* () {});
        });
      }
      function* late() {
        yield* env.answer('the second order comes');
        yield* transfer(1, 0);
      }
      yield* gather([
        createTask(transfer(0, 1), { name: 'there' }),
        createTask(late(), { name: 'back' }),
      ]);
    },
  },
  {
    name: 'three trains hold a block each, and wait for the one ahead',
    fails: 'deadlock',
    orders: 'fifo',
    departures: 2,
    *main(env, mended) {
      const blocks = [new Lock(), new Lock(), new Lock()] as const;
      function* train(n: 0 | 1 | 2) {
        for (let stop = 0; stop < n; stop++) yield* env.answer(`train ${n} stops`);
        const ahead = ((n + 1) % 3) as 0 | 1 | 2;
        const [first, second] = mended && ahead < n ? [ahead, n] : [n, ahead];
        yield* blocks[first].with(function* () {
          yield* env.answer(`train ${n} brakes`);
          yield* blocks[second].with(function* () {});
        });
      }
      const trains = ([0, 1, 2] as const).map((n) => createTask(train(n), { name: `train ${n}` }));
      yield* gather(trains);
    },
  },
  {
    name: 'a picture is put together of strips, and one order of them is wrong',
    fails: 'error',
    orders: 'fifo',
    departures: 3,
    isRare: true,
    *main(env, mended) {
      const strips: string[] = [];
      function* load(strip: string) {
        yield* env.answer(`strip ${strip} is asked for`);
        yield* env.answer(`strip ${strip} comes`);
        strips.push(strip);
      }
      const loads = ['a', 'b', 'c', 'd', 'e'].map((strip) =>
        createTask(load(strip), { name: strip }),
      );
      yield* gather(loads);
      if (mended) strips.sort();
      check(strips.join('') !== 'dcbae', 'the picture is upside down');
    },
  },
  {
    name: 'a slot is given back by two handlers of one failure',
    fails: 'error',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      const slots = new Semaphore(1);
      let inside = 0;
      let most = 0;
      function* download(n: number) {
        yield* slots.acquire();
        most = Math.max(most, ++inside);
        try {
          yield* env.answer(`file ${n} arrives`);
        } catch (error) {
          if (!mended) slots.release();
          throw error;
        } finally {
          inside--;
          slots.release();
        }
      }
      const tasks = [1, 2, 3].map((n) =>
        env.mayCancel(createTask(download(n), { name: `file ${n}` })),
      );
      yield* wait(tasks);
      check(most <= 1, `${most} downloads at once`);
    },
  },
  {
    name: 'a connection is not given back if its user is cancelled',
    fails: 'deadlock',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      const idle = new Queue<string>();
      idle.putNowait('connection');
      function* query(n: number) {
        const connection = yield* idle.get();
        try {
          yield* env.answer(`rows of ${n}`);
          if (!mended) idle.putNowait(connection);
        } finally {
          if (mended) idle.putNowait(connection);
        }
      }
      const first = env.mayCancel(createTask(query(1), { name: 'query 1' }));
      const second = createTask(query(2), { name: 'query 2' });
      yield* wait([first]);
      yield* second;
    },
  },
  {
    name: 'a reader is cancelled, and with it what another reader waits for',
    fails: 'error',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      let shared: Task<string> | undefined;
      function* load() {
        return yield* env.answer('the file is read', 'text');
      }
      function* read() {
        shared ??= createTask(load(), { name: 'load' });
        return yield* mended ? shield(shared) : shared;
      }
      const first = env.mayCancel(createTask(read(), { name: 'first' }));
      const second = createTask(read(), { name: 'second' });
      yield* wait([first, second]);
      check((yield* second) === 'text', 'the second reader got something else');
    },
  },
  {
    name: 'a helper outlives its owner when the owner fails',
    fails: 'leak',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      const stop = new Event();
      function* owner() {
        const helper = createTask(stop.wait(), { name: 'helper' });
        try {
          yield* env.answer('the upload', undefined, { fails: new Error('no route to host') });
        } finally {
          if (mended) helper.cancel();
        }
        helper.cancel();
      }
      try {
        yield* owner();
      } catch (error) {
        check((error as Error).message === 'no route to host', String(error));
      }
    },
  },
  {
    name: 'a catch-all takes the cancellation, and the loop goes on',
    fails: 'deadlock',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      const jobs = new Queue<string>();
      function* work() {
        for (;;) {
          const job = yield* jobs.get();
          try {
            yield* env.answer(`${job} is done`);
          } catch (error) {
            if (mended && error instanceof CancelledError) throw error;
          }
        }
      }
      const worker = createTask(work(), { name: 'worker' });
      jobs.putNowait('a job');
      yield* env.answer('closing time');
      yield* env.answer('the last guest leaves');
      worker.cancel();
      yield* wait([worker]);
    },
  },
  {
    name: 'a deadline and an item come in one iteration, and the item is lost',
    fails: 'check',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      const items: string[] = [];
      let waiting: ReturnType<typeof take> | undefined;
      const future = () => getEventLoop().createFuture<string>();
      function put(item: string) {
        if (waiting === undefined || waiting.done()) items.push(item);
        else waiting.setResult(item);
      }
      function take() {
        return future();
      }
      function* next() {
        const mine = take();
        waiting = mine;
        try {
          return yield* mine;
        } catch (error) {
          waiting = undefined;
          if (mended && mine.done() && !mine.cancelled()) put(mine.result());
          throw error;
        }
      }
      const got: string[] = [];
      function* consume() {
        try {
          got.push(yield* timeout(5, next));
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
        }
      }
      const consumer = createTask(consume(), { name: 'consumer' });
      yield* env.answer('the post');
      put('a letter');
      yield* consumer;
      env.atEnd(() => check(got.length + items.length === 1, 'the letter is lost'));
    },
  },
  {
    name: 'a future is settled by its timer and by its answer',
    fails: 'unhandled',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      const loop = getEventLoop();
      const first = loop.createFuture<string>();
      const timer = loop.callLater(10, () => {
        if (!mended || !first.done()) first.setResult('too late');
      });
      function* ask() {
        const text = yield* env.answer('the server', 'hello');
        if (mended ? !first.done() : first.done() === false) first.setResult(text);
        yield* env.answer('the log is written');
        timer.cancel();
      }
      const asking = createTask(ask(), { name: 'ask' });
      yield* first;
      yield* asking;
    },
  },
  {
    name: 'an old value comes into the cache after it was cleared',
    fails: 'error',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      let stored = 1;
      let cached: number | undefined;
      let version = 0;
      function* read() {
        const before = version;
        const value = yield* env.answer('the value is read', stored);
        if (!mended || before === version) cached = value;
      }
      function* write() {
        yield* env.answer('the value is written', () => {
          stored = 2;
        });
        cached = undefined;
        version++;
      }
      yield* gather([
        createTask(read(), { name: 'reader' }),
        createTask(write(), { name: 'writer' }),
      ]);
      check(cached === undefined || cached === stored, `${cached} is cached, ${stored} is stored`);
    },
  },
  {
    name: 'a queue is shut down while its producer writes',
    fails: 'error',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      const queue = new Queue<number>();
      function* produce() {
        for (let n = 1; n <= 2; n++) {
          yield* env.answer(`number ${n} is read`);
          try {
            queue.putNowait(n);
          } catch (error) {
            if (mended && error instanceof QueueShutDown) return;
            throw error;
          }
        }
      }
      const producer = createTask(produce(), { name: 'producer' });
      yield* env.answer('something else is done');
      yield* env.answer('the last number is thought of');
      yield* env.answer('the program is to end');
      queue.shutdown();
      yield* producer;
    },
  },
  {
    name: 'a task relies on being the second to start',
    fails: 'error',
    orders: 'tasks',
    departures: 1,
    *main(_env, mended) {
      const log: string[] = [];
      const header = createTask(
        function* () {
          log.push('header');
        },
        { name: 'header' },
      );
      const body = createTask(
        function* () {
          if (mended) yield* header;
          log.push('body');
        },
        { name: 'body' },
      );
      yield* gather([header, body]);
      check(log.join() === 'header,body', `written in the order ${log.join(', ')}`);
    },
  },
  {
    name: 'a retry never ends once the name cannot be resolved',
    fails: 'livelock',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      const broken = env.choose([false, true], 'the name cannot be resolved');
      for (let tries = 0; !mended || tries < 3; tries++) {
        yield* sleep(100);
        if (!broken) return;
      }
    },
  },
  {
    name: 'a count is raised before the wait that may be cancelled',
    fails: 'check',
    orders: 'fifo',
    departures: 1,
    *main(env, mended) {
      let open = 0;
      function* request(n: number) {
        if (!mended) open++;
        yield* env.answer(`request ${n} is accepted`);
        if (mended) open++;
        try {
          yield* env.answer(`request ${n} is served`);
        } finally {
          open--;
        }
      }
      yield* wait([1, 2].map((n) => env.mayCancel(createTask(request(n), { name: `${n}` }))));
      env.atEnd(() => check(open === 0, `${open} requests are open`));
    },
  },
];
