/**
 * What jobs write to the console of a thread or a process, as far as it has not arrived.
 *
 * The output of a thread goes to the program by messages of Node's own, and that of a process into a pipe that may be full:
 * outcomes of jobs overtake it. A program that ends once it has an outcome would lose output. So an outcome waits for it.
 *
 * States of a stream: arrived ⇄ under way, and under way → stuck, when nothing of it arrives for `stuckMs` (nobody reads the
 * other end). Nothing waits for a stream that is stuck. It leaves that state when something of it has arrived.
 */
import { HostDelay } from '../../core/host-delay.ts';
import { type NodeStream, process } from '../crossing/node.ts';

const stuckMs = 10_000;

class Output {
  readonly #stream: NodeStream;
  /** Kept here, as a job may replace the method of the stream. */
  readonly #write: NodeStream['write'];
  #stuckAt: number | undefined;

  constructor(stream: NodeStream) {
    this.#stream = stream;
    this.#write = (Reflect.getPrototypeOf(stream) as NodeStream).write;
  }

  /** How many bytes are under way: 0 if nothing waits for them. */
  get underWay(): number {
    const { writableLength = 0, destroyed } = this.#stream;
    if (destroyed === true || writableLength === 0) {
      this.#stuckAt = undefined;
      return 0;
    }
    if (this.#stuckAt !== undefined && writableLength < this.#stuckAt) this.#stuckAt = undefined;
    return this.#stuckAt === undefined ? writableLength : 0;
  }

  /** Calls back once what was written so far has arrived, or is stuck. */
  after(then: () => void): void {
    let before = this.underWay;
    if (before === 0) {
      then();
      return;
    }
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      timer.clear();
      then();
    };
    const look = (): void => {
      const now = this.underWay;
      if (now < before) {
        before = now;
        timer = new HostDelay(look, stuckMs);
        return;
      }
      this.#stuckAt = now;
      end();
    };
    let timer = new HostDelay(look, stuckMs);
    this.#write.call(this.#stream, '', end);
  }
}

/** The output streams of this thread or process. */
export class WorkerOutput {
  readonly #outputs: Output[] = [];

  constructor() {
    for (const name of ['stdout', 'stderr'] as const) this.#note(name);
  }

  /**
   * Calls `then` once all that was written has arrived, and returns true; returns false if it has arrived already.
   */
  after(then: () => void): boolean {
    for (let at = 0; at < this.#outputs.length; at++) {
      if ((this.#outputs[at] as Output).underWay > 0) {
        this.afterAll(then);
        return true;
      }
    }
    return false;
  }

  /** Calls `then` once all that was written has arrived. */
  afterAll(then: () => void, from = 0): void {
    const output = this.#outputs[from];
    if (output === undefined) then();
    else output.after(() => this.afterAll(then, from + 1));
  }

  /** Node makes a stream when it is first asked for, which takes some ms: what nothing was written to is not made. */
  #note(name: 'stdout' | 'stderr'): void {
    const described = Reflect.getOwnPropertyDescriptor(process, name);
    const get = described?.get;
    if (described === undefined || get === undefined || described.configurable !== true) {
      this.#add(process[name]);
      return;
    }
    Reflect.defineProperty(process, name, {
      ...described,
      get: () => {
        Reflect.defineProperty(process, name, described);
        const stream = get.call(process) as NodeStream | undefined;
        this.#add(stream);
        return stream;
      },
    });
  }

  #add(stream: NodeStream | undefined): void {
    if (stream !== undefined && stream !== null)
      this.#outputs[this.#outputs.length] = new Output(stream);
  }
}
