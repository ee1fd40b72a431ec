/** Hears what a program does that runs, and asks it to cancel tasks. A connection that was lost is begun anew, with all that is known. */
import type { Changes } from '../src/inspect/server/live-feed.ts';
import { LiveStore } from './live-store.ts';

/** `lost`: the program has ended, or closed its inspector; it is asked again. `ended`: it has ended for sure. */
export type LiveState = 'live' | 'lost' | 'ended';

const retryMs = 1000;

/** What can be asked of the server of the page. */
export type Ask = (path: string, request?: RequestInit) => Promise<Response>;

export class Live {
  readonly mayCancel: boolean;
  readonly #ask: Ask;
  store = new LiveStore();
  state: LiveState = 'live';
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
      try {
        await this.#listenOnce(await this.#ask('events'));
      } catch {
        // As when the connection is closed: see below.
      }
      if (this.#hasEnded) break;
      this.state = 'lost';
      this.heard();
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
    this.heard();
  }

  async #listenOnce(response: Response): Promise<void> {
    if (!response.ok || response.body === null) return;
    const store = new LiveStore();
    let text = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      text += read.value;
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        if (message.startsWith('event: ended')) this.state = 'ended';
        else store.add(JSON.parse(message.slice('data: '.length)) as Changes);
      }
      if (messages.length === 0) continue;
      this.store = store;
      if (this.state === 'lost') this.state = 'live';
      this.heard();
    }
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
