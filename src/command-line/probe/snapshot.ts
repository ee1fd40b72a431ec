/** What the probe tells: plain data, which travels as JSON. All times are in ms. */

/** The kind of a thing that a task waits for: those of `AwaitedKind`, and what is not known. */
type WaitKind = string;

/** A task, wherever it is named. One that is done is not in the list of tasks. */
export interface TaskName {
  readonly id: number;
  readonly name: string;
  readonly done: boolean;
}

/** A thing that a task waits for. An async function may wait for several. */
export interface Wait {
  readonly kind: WaitKind;
  /** The number of the lock, queue, … itself; 0 if there is none. */
  readonly of: number;
  /** The name that the program gave to it. */
  readonly name?: string;
  /** The text form; only for tasks that were asked for in full. */
  readonly text?: string;
  /** The time until a timer is due. */
  readonly due?: number;
  /** The task that it waits for. */
  readonly task?: TaskName;
  /** Of a semaphore or limiter: the number of its slots, if known, and for how many of them the holder is known. */
  readonly slots?: number;
  readonly held: number;
  /** The tasks that hold the lock, or used the queue last. */
  readonly related: readonly { readonly relation: string; readonly task: TaskName }[];
}

export interface TaskSnapshot {
  readonly id: number;
  readonly name: string;
  readonly state: 'running' | 'ready' | 'waiting';
  /** How long it has waited at the same place, at least: since a probe first saw it there. */
  readonly waited: number;
  /** The number of requests to cancel it. */
  readonly cancelling: number;
  readonly waits: readonly Wait[];
  /** True if a deadline of `timeout()` or the like will end its wait. */
  readonly hasDeadline: boolean;
  /** The ids of the tasks that wait for it. */
  readonly awaitedBy: readonly number[];
  /** Where it stands, the innermost first: known in debug mode, and of the running task. */
  readonly stack: readonly string[];
}

interface LoopSnapshot {
  readonly debug: boolean;
  /** The number of its pending tasks. */
  readonly count: number;
  /** The tasks, the oldest first; ten thousand of them at most. */
  readonly tasks: readonly TaskSnapshot[];
}

/** One thread at one moment. */
export interface ThreadSnapshot {
  /** 0 for the main thread. */
  readonly thread: number;
  readonly runtime: string;
  readonly loops: readonly LoopSnapshot[];
  /** How many turns the host's loop has made, and how long it was idle: a thread whose loop is blocked has the same at the next look. */
  readonly turns: number;
  readonly idle: number;
}

export interface Snapshot {
  readonly pid: number;
  readonly name: string;
  readonly threads: readonly ThreadSnapshot[];
}
