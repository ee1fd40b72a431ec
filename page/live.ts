/** Hears what a program does that runs, and asks it to cancel tasks. A connection that was lost is begun anew, with all that is known. */
import type { Changes } from '../src/inspect/server/live-feed.ts';
import { LiveStore } from './live-store.ts';

/** `lost`: it does not respond, or the command has gone. `refused`: it cannot be looked at. In both cases it is asked again. `ended`: it has ended for sure. */
export type LiveState = 'live' | 'lost' | 'refused' | 'ended';

const notConnected =
  'The command that serves this page has gone, or the program has ended. It is asked again.';

const retryMs = 1000;

/** What can be asked of the server of the page. */
export type Ask = (path: string, request?: RequestInit) => Promise<Response>;

export class Live {
  readonly mayCancel: boolean;
  readonly #ask: Ask;
  store = new LiveStore();
  state: LiveState = 'live';
  /** Why nothing is heard. */
  why = '';
  /** Called after each message, and when the state has changed. */
  heard: () => void = () => {};

  constructor(ask: Ask, mayCancel: boolean) {
    this.#ask = ask;
    this.mayCancel = mayCancel;
  }

  get #hasEnded(): boolean {
    return this.state === 'ended';
  }

  /** Resolves when the program has ended. */
  async listen(): Promise<void> {
    while (!this.#hasEnded) {
      let isTold = false;
      try {
        isTold = await this.#listenOnce(await this.#ask('events'));
      } catch {
        // As when the connection is closed: see below.
      }
      if (this.#hasEnded) break;
      if (!isTold) {
        this.state = 'lost';
        this.why = notConnected;
      }
      this.heard();
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
    this.heard();
  }

  /** @returns True if the last message said why there are no more. */
  async #listenOnce(response: Response): Promise<boolean> {
    if (!response.ok || response.body === null) return false;
    let isTold = false;
    const store = new LiveStore();
    let text = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      text += read.value;
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const [, kind, fate] = /^event: (\w+)\ndata: (.*)/.exec(message) ?? [];
        if (kind === undefined) {
          store.add(JSON.parse(message.slice('data: '.length)) as Changes);
          this.store = store;
          this.state = 'live';
        } else {
          isTold = true;
          this.state = kind as LiveState;
          this.why = (JSON.parse(fate ?? '{}') as { text?: string }).text ?? '';
        }
      }
      if (messages.length > 0) this.heard();
    }
    return isTold;
  }

  /** @returns What is to be told to the user. */
  async cancel(task: number, reason: string): Promise<string> {
    try {
      const response = await this.#ask('cancel', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ task, reason }),
      });
      if (!response.ok) return await response.text();
      const { outcome } = (await response.json()) as { outcome: string };
      return outcome === 'asked' ? 'It was asked to stop.' : 'It was done already.';
    } catch {
      return 'The program does not respond.';
    }
  }
}
