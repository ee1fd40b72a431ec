import {
  Barrier,
  BoundedSemaphore,
  Condition,
  type Context,
  ContextVar,
  type Coroutine,
  copyContext,
  currentTask,
  Event,
  type EventLoop,
  type Future,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  type Task,
  type TaskGroup,
  type Timeout,
  wait,
} from 'skein';
import type { Body, Item, Operands, Operation, Slot } from './program.ts';
import { outcome, Return, show, taskName, valueText } from './texts.ts';

/** What each operation does. Those that wait are coroutines. */
export type Statements<O extends Operation> = {
  readonly [Each in O]: (machine: Machine, ...operands: Operands<Each>) => Coroutine<void> | void;
};

/** Returns the same function, or one that is declared with `coroutine()`. */
export type Declare = <Args extends unknown[], T>(
  fn: (...args: Args) => Coroutine<T>,
) => (...args: Args) => Coroutine<T>;

type Callback = (future: Future<unknown>) => void;

/** Runs the statements of a program on the library, and writes down what happens. The twin of cpython/machine.py. */
export class Machine {
  readonly loop: EventLoop;
  readonly trace: string[] = [];
  readonly slots = new Map<Slot, Future<unknown>>();
  readonly callbacks = new Map<string, Callback>();
  readonly locks = new Map<string, Lock | Semaphore>([
    ['k0', new Lock()],
    ['k1', new Lock()],
    ['s0', new Semaphore(2)],
    ['s1', new BoundedSemaphore(1)],
  ]);
  readonly event = new Event();
  readonly condition = new Condition();
  readonly barriers = new Map([
    ['b0', new Barrier(2)],
    ['b1', new Barrier(3)],
  ]);
  readonly queues = new Map<string, Queue<number>>([
    ['q0', new Queue()],
    ['q1', new Queue(1)],
    ['q2', new PriorityQueue(2)],
    ['q3', new LifoQueue(2)],
  ]);
  readonly variable = new ContextVar('v0', { defaultValue: -1 });
  readonly contexts = new Map<string, Context>([
    ['x0', copyContext()],
    ['x1', copyContext()],
  ]);
  /** The group and the timeout that were entered last. */
  group: TaskGroup | undefined;
  scope: Timeout | undefined;
  /** What `cond_bump` counts. */
  count = 0;
  /** To be called with each generator function that is not a method or a statement. */
  readonly declare: Declare;
  readonly #statements: Statements<Operation>;
  readonly #mainTask = currentTask() as Task<unknown>;
  readonly #spawned: Task<unknown>[] = [];

  /** To be called in the program's main task. */
  constructor(loop: EventLoop, statements: Statements<Operation>, declare: Declare) {
    this.loop = loop;
    this.#statements = statements;
    this.declare = declare;
    this.main = declare(this.main);
    this.cleanup = declare(this.cleanup);
    this.run = declare(this.run);
    this.execute = declare(this.execute);
  }

  log(event: string): void {
    this.trace.push(`${this.loop.time()}|${taskName(currentTask())}|${event}`);
  }

  *main(body: Body): Coroutine<void> {
    try {
      this.log(`main returned ${valueText(yield* this.run(body))}`);
    } catch (error) {
      this.log(`main raised ${show(error)}`);
    }
  }

  *cleanup(): Coroutine<void> {
    const left = [this.#mainTask, ...this.#spawned].filter((task) => !task.done());
    for (const task of left) task.cancel();
    if (left.length > 0) yield* wait(left, { timeout: 1000 });
    for (const task of this.#spawned) this.log(`end ${task.getName()} ${outcome(task)}`);
  }

  /** A body as a coroutine of its own, which `return` ends. */
  *run(body: Body): Coroutine<number | undefined> {
    try {
      yield* this.execute(body);
    } catch (error) {
      if (error instanceof Return) return error.value;
      throw error;
    }
    return undefined;
  }

  *execute(body: Body): Coroutine<void> {
    for (const [operation, ...operands] of body) {
      const statement = this.#statements[operation] as (
        machine: Machine,
        ...operands: unknown[]
      ) => Coroutine<void> | void;
      const coroutine = statement(this, ...operands);
      if (coroutine !== undefined) yield* coroutine;
    }
  }

  keep(slot: Slot, task: Task<unknown>): void {
    this.slots.set(slot, task);
    this.#spawned.push(task);
  }

  /** What is in the slot, unless that is the running task, which cannot wait for itself. */
  other(slot: Slot): Future<unknown> | undefined {
    const found = this.slots.get(slot);
    return found === currentTask() ? undefined : found;
  }

  others(slots: readonly Slot[]): Future<unknown>[] {
    return slots.map((slot) => this.other(slot)).filter((found) => found !== undefined);
  }

  /** CPython hands out those that are done already in the order of a set, which is that of memory addresses. */
  unfinished(slots: readonly Slot[]): Future<unknown>[] {
    return this.others(slots).filter((future) => !future.done());
  }

  item(item: Item): Future<unknown> | Coroutine<unknown> | undefined {
    return 'slot' in item ? this.other(item.slot) : this.run(item.body);
  }

  items(items: readonly Item[]): (Future<unknown> | Coroutine<unknown>)[] {
    return items.map((item) => this.item(item)).filter((found) => found !== undefined);
  }
}
