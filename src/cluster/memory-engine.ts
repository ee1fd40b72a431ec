/**
 * The engine of `'memory:'`: all queues of this process, and nothing outside of it. It keeps the time of the loop, so that on a virtual
 * loop everything is virtual. Jobs, outcomes and messages are the same texts as on a server.
 *
 * ```text
 *   add ──▶ waiting ──▶ active ──▶ gone (its outcome is kept)
 *             ▲ ▲          │
 *    delay ───┘ └──────────┘ put back, or its server was lost (`loseServers()`)
 * ```
 */
import { getEventLoop } from '../core/current.ts';
import { process } from '../executors/crossing/node.ts';
import type {
  Delivery,
  Destination,
  Engine,
  ExecutorEnd,
  ExecutorEvents,
  Found,
  Message,
  Reply,
  ServerEnd,
  ServerEvents,
  WireJob,
} from './engine.ts';
import { ownerName } from './lost-worker.ts';
import { after, type Timer, timeOf } from './timing.ts';

interface Entry {
  job: WireJob;
  state: 'delayed' | 'waiting' | 'active' | 'removed';
  timesLost: number;
  owner: string | undefined;
  /** Ends its delay. */
  timer?: Timer;
}

interface Kept {
  readonly outcome: string;
  readonly until: number;
}

/** How many outcomes are written until those whose time is over are dropped. */
const cleanEvery = 1000;

const queues = new Map<string, MemoryQueue>();

/** Returns the queue of this name; each process has its own. */
export function memoryQueue(name: string): MemoryQueue {
  let queue = queues.get(name);
  if (queue === undefined) {
    queue = new MemoryQueue();
    queues.set(name, queue);
  }
  return queue;
}

export class MemoryQueue implements Engine {
  readonly #jobs = new Map<string, Entry>();
  /** The waiting jobs by their priority, in the order in which they came. */
  readonly #waiting = new Map<number, Set<Entry>>();
  readonly #outcomes = new Map<string, Kept>();
  readonly #executors = new Map<string, ExecutorEvents>();
  /** The addresses of the executors that wait for a job of another one too. */
  readonly #joined = new Map<string, Set<string>>();
  readonly #servers = new Map<string, MemoryServerEnd>();
  #made = 0;
  #written = 0;
  #isAsked = false;

  openExecutorEnd(address: string, events: ExecutorEvents): ExecutorEnd {
    this.#executors.set(address, events);
    events.reachable(true);
    return new MemoryExecutorEnd(this, address);
  }

  openServerEnd(lock: number): Promise<ServerEnd> {
    return Promise.resolve(this.openServer(lock));
  }

  openServer(lock: number): MemoryServerEnd {
    return new MemoryServerEnd(this, ownerName('memory', process.pid ?? 0, ++this.#made), lock);
  }

  add(jobs: readonly WireJob[]): void {
    for (const job of jobs) {
      if (this.#jobs.has(job.id)) continue;
      const entry: Entry = { job, state: 'waiting', timesLost: 0, owner: undefined };
      this.#jobs.set(job.id, entry);
      if (job.delay > 0) this.#delay(entry, job.delay);
      else this.#wait(entry);
    }
  }

  #delay(entry: Entry, ms: number): void {
    entry.state = 'delayed';
    entry.timer = after(getEventLoop(), ms, () => {
      if (entry.state === 'delayed') this.#wait(entry);
    });
  }

  #wait(entry: Entry): void {
    entry.state = 'waiting';
    const { priority } = entry.job;
    const same = this.#waiting.get(priority) ?? new Set();
    this.#waiting.set(priority, same.add(entry));
    this.#askDispatch();
  }

  #next(): Entry | undefined {
    const [entry] = this.#waiting.get(Math.max(...this.#waiting.keys())) ?? [];
    if (entry !== undefined) this.#leaveWaiting(entry);
    return entry;
  }

  #leaveWaiting(entry: Entry): void {
    const { priority } = entry.job;
    const same = this.#waiting.get(priority);
    same?.delete(entry);
    if (same?.size === 0) this.#waiting.delete(priority);
  }

  look(id: string): Found {
    const kept = this.#outcomes.get(id);
    if (kept !== undefined && kept.until > timeOf(getEventLoop())) return { outcome: kept.outcome };
    return this.#jobs.has(id) ? 'known' : 'unknown';
  }

  join(id: string, address: string): Found {
    const joined = this.#joined.get(id) ?? new Set();
    this.#joined.set(id, joined.add(address));
    return this.look(id);
  }

  remove(id: string): boolean {
    const entry = this.#jobs.get(id);
    if (entry === undefined || entry.state === 'active') return false;
    this.#leaveWaiting(entry);
    entry.state = 'removed';
    entry.timer?.cancel();
    return this.#jobs.delete(id);
  }

  stop(id: string, reason: string): void {
    for (const server of this.#servers.values()) server.events?.stop(id, reason);
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) this.#outcomes.delete(id);
  }

  finish(id: string, replyTo: string, outcome: string, keep: number): void {
    const found = this.look(id);
    const first = typeof found === 'object' ? found.outcome : outcome;
    this.#outcomes.set(id, { outcome: first, until: timeOf(getEventLoop()) + keep });
    if (++this.#written % cleanEvery === 0) this.#clean();
    const addresses = new Set([replyTo, ...(this.#joined.get(id) ?? [])]);
    this.#joined.delete(id);
    const reply = { kind: 'outcome', id, outcome: first, isKept: true } as const;
    for (const address of addresses) this.tell(address, reply);
  }

  #clean(): void {
    const now = timeOf(getEventLoop());
    for (const [id, { until }] of this.#outcomes) if (until <= now) this.#outcomes.delete(id);
  }

  tell(address: string, reply: Reply): void {
    soon(() => this.#executors.get(address)?.heard(reply));
  }

  leave(address: string): void {
    this.#executors.delete(address);
  }

  serve(server: MemoryServerEnd): void {
    this.#servers.set(server.owner, server);
    this.#askDispatch();
  }

  unserve(owner: string): void {
    this.#servers.delete(owner);
  }

  isRunBySome(id: string): boolean {
    return [...this.#servers.values()].some(({ events }) => events?.running().includes(id));
  }

  #askDispatch(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    soon(() => {
      this.#isAsked = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (const server of this.#servers.values()) {
      while (server.hasPlace) {
        const entry = this.#next();
        if (entry === undefined) return;
        this.#give(entry, server);
      }
    }
  }

  #give(entry: Entry, server: MemoryServerEnd): void {
    const formerOwner = entry.owner;
    entry.state = 'active';
    entry.owner = server.owner;
    const { job, timesLost } = entry;
    // A server that was lost is told nothing any more, and what it does with the job has no effect on it.
    const isMine = (): boolean => entry.owner === server.owner && entry.state === 'active';
    const delivery: Delivery = {
      job,
      timesLost,
      formerOwner: async () => formerOwner,
      putBack: (ms, failures) => {
        if (!isMine()) return Promise.reject(new Error('The job has another server.'));
        if (failures !== undefined) entry.job = { ...job, data: { ...job.data, failures } };
        this.#delay(entry, ms);
        return Promise.resolve();
      },
    };
    void server.take(delivery).then(() => {
      if (isMine()) this.#jobs.delete(job.id);
      this.#askDispatch();
    });
  }

  /** For tests: all servers are lost at once, as if their processes were killed. Their jobs go to others. */
  loseServers(): void {
    for (const owner of this.#servers.keys()) this.#servers.delete(owner);
    for (const entry of this.#jobs.values()) {
      if (entry.state !== 'active') continue;
      entry.timesLost++;
      this.#wait(entry);
    }
  }

  /** For tests: the server has lost what it had confirmed. */
  loseData(): void {
    this.#jobs.clear();
    this.#waiting.clear();
    this.#outcomes.clear();
  }
}

class MemoryExecutorEnd implements ExecutorEnd {
  readonly isReady = true;
  readonly clockSkew = 0;
  readonly #queue: MemoryQueue;
  readonly #address: string;

  constructor(queue: MemoryQueue, address: string) {
    this.#queue = queue;
    this.#address = address;
  }

  time(): number {
    return timeOf(getEventLoop());
  }

  async add(jobs: readonly WireJob[]): Promise<void> {
    this.#queue.add(jobs);
  }

  async look(ids: readonly string[]): Promise<readonly Found[]> {
    return ids.map((id) => this.#queue.look(id));
  }

  async join(id: string): Promise<Found> {
    return this.#queue.join(id, this.#address);
  }

  async remove(id: string): Promise<boolean> {
    return this.#queue.remove(id);
  }

  async stop(id: string, reason: string): Promise<void> {
    this.#queue.stop(id, reason);
  }

  async finish(id: string, outcome: string, keep: number): Promise<void> {
    this.#queue.finish(id, this.#address, outcome, keep);
  }

  async forget(ids: readonly string[]): Promise<void> {
    this.#queue.forget(ids);
  }

  keepAlive(): void {}

  async close(): Promise<void> {
    this.#queue.leave(this.#address);
  }
}

export class MemoryServerEnd implements ServerEnd {
  readonly clockSkew = 0;
  readonly owner: string;
  readonly lock: number;
  readonly #queue: MemoryQueue;
  events: ServerEvents | undefined = undefined;
  #concurrency = 0;
  #taken = 0;

  constructor(queue: MemoryQueue, owner: string, lock: number) {
    this.#queue = queue;
    this.owner = owner;
    this.lock = lock;
  }

  get hasPlace(): boolean {
    return this.#taken < this.#concurrency;
  }

  time(): number {
    return timeOf(getEventLoop());
  }

  consume(events: ServerEvents, concurrency: number): Promise<void> {
    this.events = events;
    this.#concurrency = concurrency;
    this.#queue.serve(this);
    return Promise.resolve();
  }

  async take(delivery: Delivery): Promise<void> {
    this.#taken++;
    await this.events?.run(delivery);
    this.#taken--;
  }

  async look(id: string): Promise<Found> {
    return this.#queue.look(id);
  }

  async finish(id: string, outcome: string, { replyTo, keep }: Destination): Promise<void> {
    this.#queue.finish(id, replyTo, outcome, keep);
  }

  tell(replyTo: string, message: Message): void {
    this.#queue.tell(replyTo, message);
  }

  async isRunElsewhere(id: string): Promise<boolean> {
    return this.#queue.isRunBySome(id);
  }

  async pause(): Promise<void> {
    this.#concurrency = 0;
  }

  async close(): Promise<void> {
    this.#queue.unserve(this.owner);
  }
}

/** Calls `fn` after the present step of the loop. */
function soon(fn: () => void): void {
  getEventLoop()._enqueue({ _run: fn, _runOrphaned: () => queueMicrotask(fn) });
}
