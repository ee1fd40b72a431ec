/** Requests to the inspector of a process, or of one of its threads, and its events. */

import { HostDelay } from '../../core/host-delay.ts';
import { pause, pauseMs } from '../pause.ts';

/** Sends a text to the inspector. */
type Send = (text: string) => void;
type Handler = (params: Record<string, unknown>) => void;

/** No response came in time: the thread is in a call that the inspector cannot interrupt. */
export class NoResponseError extends Error {}

interface Request {
  resolve(result: Record<string, unknown>): void;
  reject(error: Error): void;
  readonly timer: HostDelay;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

export class Session {
  readonly #send: Send;
  readonly #requests = new Map<number, Request>();
  readonly #handlers = new Map<string, Handler>();
  #count = 0;
  #isClosed = false;
  #isEnding = false;
  #end: () => void = () => {};
  #leave: () => void = () => {};
  /** Resolves when the connection is closed: by this command, or as the process ended. */
  readonly ended: Promise<void> = new Promise<void>((resolve) => {
    this.#end = resolve;
  });
  /** Resolves when the program is over and its process waits only for this connection to close, or when that is closed. */
  readonly ending: Promise<void> = new Promise<void>((resolve) => {
    this.#leave = resolve;
  });

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * Sends a request, and returns its result.
   *
   * @param ms - How long the response may take.
   * @throws NoResponseError when it takes longer; Error when the inspector refuses, or the process ends.
   */
  request(
    method: string,
    params: Record<string, unknown> = {},
    ms: number = responseMs,
  ): Promise<Record<string, unknown>> {
    const id = ++this.#count;
    if (this.#isClosed) return Promise.reject(new Error(endedText));
    return new Promise((resolve, reject) => {
      const timer = new HostDelay(() => {
        this.#requests.delete(id);
        reject(new NoResponseError(`no response to ${method} came in ${ms / 1000} s`));
      }, ms);
      this.#requests.set(id, { resolve, reject, timer });
      this.#send(JSON.stringify({ id, method, params }));
    });
  }

  /** Resolves once no response is waited for any more. */
  async idle(): Promise<void> {
    while (this.#requests.size > 0) await pause(pauseMs);
  }

  /** Calls `handler` for each event of that name. */
  on(event: string, handler: Handler): void {
    this.#handlers.set(event, handler);
  }

  /** Takes a text of the inspector. */
  hear(text: string): void {
    const { id, method, params, result, error } = JSON.parse(text) as Message;
    if (method !== undefined) this.#handlers.get(method)?.(params ?? {});
    const request = id === undefined ? undefined : this.#requests.get(id);
    if (request === undefined) return;
    this.#requests.delete(id as number);
    request.timer.clear();
    if (error === undefined) request.resolve(result ?? {});
    else {
      if (/^Cannot find (?:default execution )?context/.test(error.message)) this.isOver();
      request.reject(new Error(error.message));
    }
  }

  /** True once the program is over, though its process waits for this connection to close. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** The program is over: its process waits until this connection is closed. */
  isOver(): void {
    this.#isEnding = true;
    this.#leave();
  }

  /** The connection is closed: no response will come. */
  closed(): void {
    for (const { reject, timer } of this.#requests.values()) {
      timer.clear();
      reject(new Error(endedText));
    }
    this.#requests.clear();
    this.#isClosed = true;
    this.#leave();
    this.#end();
  }
}

const endedText = 'the process ended, or closed its inspector, meanwhile';

/** How long a response may take, in ms: more than a loaded machine needs for a large program. */
const responseMs = 10_000;
