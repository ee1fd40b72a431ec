/** Options with a name that a function does not know are refused at the call: most are slips of the pen. */
import {
  asCompleted,
  ContextVar,
  captureCallGraph,
  createTask,
  EventLoop,
  ExceptionGroup,
  eagerTaskFactory,
  ensureFuture,
  Future,
  formatCallGraph,
  gather,
  getEventLoop,
  PriorityQueue,
  Runner,
  run,
  sleep,
  Task,
  taskGroup,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';

const wrong = (options: object): never => options as never;

/** Each call, with the function as the error names it, a slip of the pen and the right name. */
const calls: [name: string, slip: string, right: string, call: (options: never) => unknown][] = [
  ['createTask', 'nmae', 'name', (o) => createTask(sleep(0), o)],
  ['createTask', 'eagerstart', 'eagerStart', (o) => getEventLoop().createTask(sleep(0), o)],
  ['createTask', 'singal', 'signal', (o) => new Task(sleep(0), o)],
  ['createTask', 'lop', 'loop', (o) => new Task(sleep(0), o)],
  ['createTask', 'nam', 'name', (o) => eagerTaskFactory(getEventLoop(), sleep(0), o)],
  ['new Future', 'lopo', 'loop', (o) => new Future(o)],
  ['addDoneCallback', 'contxt', 'context', (o) => new Future().addDoneCallback(() => {}, o)],
  ['ensureFuture', 'Loop', 'loop', (o) => ensureFuture(sleep(0), o)],
  ['gather', 'returnException', 'returnExceptions', (o) => gather([sleep(0)], o)],
  ['wait', 'timout', 'timeout', (o) => wait([new Future()], o)],
  ['asCompleted', 'timeOut', 'timeout', (o) => asCompleted([sleep(0)], o)],
  ['new ContextVar', 'defaultvalu', 'defaultValue', (o) => new ContextVar('name', o)],
  ['new PriorityQueue', 'comparer', 'compare', (o) => new PriorityQueue(0, o)],
  ['new ExceptionGroup', 'casue', 'cause', (o) => new ExceptionGroup('m', [new Error('e')], o)],
  ['captureCallGraph', 'limits', 'limit', (o) => captureCallGraph(new Future(), o)],
  ['captureCallGraph', 'limits', 'limit', (o) => formatCallGraph(new Future(), o)],
  ['getStack', 'limt', 'limit', (o) => createTask(sleep(0)).getStack(o)],
  ['new Runner', 'debgu', 'debug', (o) => new Runner(o)],
];

describe('an option with an unknown name', () => {
  test.each(calls)('is refused by `%s()`: `%s`', async (name, slip, right, call) => {
    const error = new TypeError(
      `\`${name}()\` expected options that it knows, but got \`${slip}\`. Write \`${right}\`.`,
    );
    await run(async () => {
      expect(() => call(wrong({ [slip]: 1 }))).toThrow(error);
      // One that is undefined, or inherited, counts as not given.
      expect(() => call(wrong({ [slip]: undefined }))).not.toThrow();
      expect(() => call(wrong(Object.create({ [slip]: 1 })))).not.toThrow();
    });
  });

  test('is refused by `run()` and `runner.run()`', async () => {
    await expect(run(() => sleep(0), wrong({ debgu: true }))).rejects.toThrow('Write `debug`.');
    await using runner = new Runner();
    const ran = runner.run(() => sleep(0), wrong({ contex: 1 }));
    await expect(ran).rejects.toThrow('Write `context`.');
  });

  test('is refused by the tasks of a group, before the task begins', async () => {
    const begun: string[] = [];
    const but = '`createTask()` expected options that it knows, but got `nmae`.';
    const main = taskGroup(function* (tg) {
      tg.createTask(
        function* () {
          begun.push('a');
        },
        wrong({ nmae: 'a' }),
      );
    });
    await expect(run(main)).rejects.toMatchObject({
      errors: [new TypeError(`${but} Write \`name\`.`)],
    });
    expect(begun).toEqual([]);
  });

  test('`loop` of `createTask()` is told from that of `new Task()`', async () => {
    const loop = new EventLoop();
    expect(() => createTask(sleep(0), wrong({ loop }))).toThrow(
      new TypeError(
        '`createTask()` expected options that it knows, but got `loop`. Write `loop.createTask(work())`.',
      ),
    );
    expect(new Task(sleep(0), { loop }).getLoop()).toBe(loop);
  });

  test('reaches a task factory, which may have options of its own', async () => {
    const loop = new EventLoop();
    const seen: unknown[] = [];
    loop.setTaskFactory((_loop, coroutine, options) => {
      seen.push(options);
      return new Task(coroutine, { loop });
    });
    loop.createTask(sleep(0), wrong({ traced: true }));
    expect(seen).toEqual([{ traced: true }]);
  });
});

test('ensureFuture() has no name to give to a task', () => {
  expect(() => ensureFuture(sleep(0), wrong({ name: 'given' }))).toThrow(
    /^`ensureFuture\(\)` expected options that .*, but /,
  );
});
