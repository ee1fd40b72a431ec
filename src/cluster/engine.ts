/**
 * An engine carries jobs from executors to servers, and their outcomes back. It keeps the jobs that wait, gives each to one
 * server, and notices servers that are gone. It knows nothing of functions, futures and values: these are texts to it.
 *
 * An executor holds an `ExecutorEnd`, and a server holds a `ServerEnd`. All ids of one call travel together.
 */

/** A job on its way to a server. */
export interface WireJob {
  readonly id: string;
  /** The name of the function. */
  readonly name: string;
  /** Jobs of a higher priority begin first. */
  readonly priority: number;
  /** How long the job waits before it may begin, in ms. */
  readonly delay: number;
  readonly data: WireData;
}

/** What a server has to know of a job. All of it may come from anyone who can write to the engine's server. */
export interface WireData {
  /** The version of this format. A server puts back a job of a version that it does not know. */
  readonly v: number;
  /** The arguments, as `encode()` writes them. */
  readonly args: string;
  /** The address of the executor that waits for the outcome. */
  readonly replyTo: string;
  /** When it was submitted, by the engine's clock. */
  readonly submittedAt: number;
  /** How long its outcome is kept, in ms. */
  readonly keep: number;
  /** What errors call it, if not by its function. */
  readonly label?: string;
  /** The program gave it its id. */
  readonly named?: true;
  /** Its one argument is a list of argument lists. */
  readonly chunked?: true;
  /** The executor listens to its reports. */
  readonly reports?: true;
  /** In ms. */
  readonly timeout?: number;
  /** In ms. */
  readonly grace?: number;
  /** The last moment at which it may begin, by the engine's clock. */
  readonly deadline?: number;
  /** `queueTimeout` in ms, which led to the deadline. */
  readonly queueTimeout?: number;
  /** How often it may be run again when its server is lost. */
  readonly retries?: number;
  /** It may have been added before: a server looks for its outcome first, and its own outcome stays. */
  readonly again?: true;
  /** How it is run again after an error of its function. */
  readonly retry?: WireRetry;
  /** The values of ContextVars that travel along, as `encode()` writes them. */
  readonly context?: string;
  /** For what goes along with a request, as `traceparent`. Servers ignore those that they do not know. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Proves that all of the above was written by a program with the same `secret`. */
  readonly signature?: string;
  /** Counted by servers, and not signed. */
  readonly failures?: number;
}

export interface WireRetry {
  readonly attempts: number;
  /** In ms. */
  readonly delay: number;
  readonly factor: number;
}

/** What the engine knows of a job: its outcome, that it is there, or nothing. */
export type Found = { readonly outcome: string } | 'known' | 'unknown';

/** A message to an executor that may be lost. */
export type Message =
  | { readonly kind: 'begun'; readonly id: string; readonly by: string }
  | { readonly kind: 'progress'; readonly id: string; readonly value: string };

/** What an executor is told. */
export type Reply =
  | Message
  | {
      readonly kind: 'outcome';
      readonly id: string;
      readonly outcome: string;
      /** The engine keeps it beside the reply, until it is forgotten. */
      readonly isKept: boolean;
    };

/** Where an outcome goes. */
export interface Destination {
  /** The address of the executor that waits for it. */
  readonly replyTo: string;
  /** How long it is kept, in ms. */
  readonly keep: number;
  /**
   * Others than this executor may ask for it: executors that have joined, or a server that is given the job again. The first outcome of
   * such a job stays. Otherwise the engine may write it into the reply only.
   */
  readonly mayBeAsked: boolean;
}

/** The callbacks of an executor. */
export interface ExecutorEvents {
  heard(reply: Reply): void;
  /** Replies may have been missed: look after all jobs. */
  missed(): void;
  /** The engine's server can be reached again, or not any more. */
  reachable(isReachable: boolean): void;
  /** The engine cannot be used at all. */
  fatal(error: unknown): void;
}

/** The executor's end. Each method that returns a promise may reject, or never settle, although it had its effect. */
export interface ExecutorEnd {
  /** True while jobs can be added: there is a connection to a server that was checked, and its time is known. */
  readonly isReady: boolean;
  /** The time of the engine's server in ms, and how far the clock of this machine is ahead of it. */
  time(): number;
  readonly clockSkew: number;
  /** Adds jobs. A job that is there already stays as it is. */
  add(jobs: readonly WireJob[]): Promise<void>;
  /** An answer 'unknown' comes after all replies that were there when the engine was asked. */
  look(ids: readonly string[]): Promise<readonly Found[]>;
  /** Has this executor hear the outcome of a job of another one too. */
  join(id: string, keep: number): Promise<Found>;
  /** Takes a job away that has not begun: true if it never begins. */
  remove(id: string): Promise<boolean>;
  /** Asks the server that runs the job to stop it. The request stays until it is heard. */
  stop(id: string, reason: string): Promise<void>;
  /** Writes the outcome of a job, as a server does. */
  finish(id: string, outcome: string, keep: number): Promise<void>;
  /** Drops the outcomes of these jobs, and requests to stop them. */
  forget(ids: readonly string[]): Promise<void>;
  /** The executor waits for jobs, or not: then its connections are no reason for the program to go on. */
  keepAlive(isNeeded: boolean): void;
  close(): Promise<void>;
}

/** A job that was given to this server. */
export interface Delivery {
  readonly job: WireJob;
  /** How often a server was lost, or silent for too long, while it had the job. */
  readonly timesLost: number;
  /** The server that had it before, as far as that is known. */
  formerOwner(): Promise<string | undefined>;
  /** Gives the job back to the queue, to begin in so many ms. */
  putBack(ms: number, failures?: number): Promise<void>;
}

/** The callbacks of a server. */
export interface ServerEvents {
  /** Resolves once the job is over here. Never rejects. */
  run(delivery: Delivery): Promise<void>;
  /** An executor asks to stop a job. It may come before the job, and more than once. */
  stop(id: string, reason: string): void;
  /** This server was silent for too long: the job will be given to another. */
  lost(id: string): void;
  /** The ids of the jobs that this server runs at this moment. */
  running(): readonly string[];
  failed(error: unknown): void;
}

/** The server's end. */
export interface ServerEnd {
  /** The name of this server: host, pid and time of its start. */
  readonly owner: string;
  time(): number;
  readonly clockSkew: number;
  /** How long a server may be silent until its jobs count as lost, in ms. */
  readonly lock: number;
  /** Takes up to `concurrency` jobs at a time. */
  consume(events: ServerEvents, concurrency: number): Promise<void>;
  look(id: string): Promise<Found>;
  /** Tells the outcome to all executors that wait for it. Rejects if the engine was silent for too long. */
  finish(id: string, outcome: string, to: Destination): Promise<unknown>;
  tell(replyTo: string, message: Message): void;
  /** Asks the other servers: true if one of them runs this job. */
  isRunElsewhere(id: string): Promise<boolean>;
  /** Takes no more jobs. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the ends of the queues that a server keeps. */
export interface Engine {
  /**
   * @param address - Where the replies go to: `WireData.replyTo`.
   * @param keep - How long outcomes are kept that this executor alone waits for, in ms.
   */
  openExecutorEnd(address: string, events: ExecutorEvents, keep: number): ExecutorEnd;
  openServerEnd(lock: number): Promise<ServerEnd>;
}

/** Thrown by a method of an end if nothing was sent, as there is no connection. */
export class NotSent extends Error {}

/** Thrown by a method of an end if the server has refused it, so that it had no effect. The reason is the `cause`. */
export class RefusedByServer extends Error {}
