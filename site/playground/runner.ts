/** Runs a program in a frame of its own, made anew for each run, and tells what comes of it. */
import type { Batch, OutputLine, Pace, TimelineEvent } from './messages.ts';

export interface Listener {
  lines(lines: readonly OutputLine[], leftOut: number): void;
  events(events: readonly TimelineEvent[], now: number): void;
  state(state: RunState): void;
}

export type RunState = 'starting' | 'running' | 'busy' | 'done' | 'failed' | 'stopped';

type Message =
  | Batch
  | { readonly type: 'ready' | 'busy' | 'ended-busy' | 'flood' }
  | { readonly type: 'over'; readonly failed: boolean; readonly now: number }
  | { readonly type: 'broken'; readonly text: string };

/** Nothing but scripts of its own, and no network: a program that came by a link can send nothing anywhere. */
const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob: data:",
  'worker-src blob: data:',
].join('; ');

let scripts: Promise<readonly [string, string, string]> | undefined;

/** The scripts of the playground, from the host of the page. Loaded by the first run. */
function loadScripts(base: string): Promise<readonly [string, string, string]> {
  const load = async (name: string): Promise<string> => {
    const response = await fetch(`${base}play/${name}.js`);
    if (!response.ok) throw new Error(`The playground could not load ${name}.js.`);
    return response.text();
  };
  scripts ??= Promise.all([load('skein'), load('worker'), load('frame')]);
  return scripts;
}

export class Run {
  readonly #listener: Listener;
  readonly #frame = document.createElement('iframe');
  #isOver = false;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  async start(source: string, pace: Pace, base: string): Promise<void> {
    this.#listener.state('starting');
    try {
      const [{ compile }, [library, worker, frame]] = await Promise.all([
        import('./compile.ts'),
        loadScripts(base),
      ]);
      const program = compile(source, pace);
      if (this.#isOver) return;
      this.#open(frame, () => this.#post({ type: 'start', library, worker, program }));
    } catch (error) {
      this.#fail(error as Error & { line?: number });
    }
  }

  stop(): void {
    if (this.#isOver) return;
    this.#note('Stopped.');
    this.#end('stopped');
  }

  #open(script: string, begin: () => void): void {
    const safe = script.replaceAll('</script', '<\\/script');
    this.#frame.setAttribute('sandbox', 'allow-scripts');
    this.#frame.title = 'the running program';
    this.#frame.hidden = true;
    this.#frame.srcdoc = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${safe}</script>`;
    this.#begin = begin;
    addEventListener('message', this.#receive);
    document.body.append(this.#frame);
  }

  #begin = (): void => {};

  #post(message: unknown): void {
    this.#frame.contentWindow?.postMessage(message, '*');
  }

  readonly #receive = ({ source, data }: MessageEvent<Message>): void => {
    if (this.#isOver || source !== this.#frame.contentWindow) return;
    switch (data.type) {
      case 'ready':
        this.#begin();
        return this.#listener.state('running');
      case 'batch':
        this.#listener.lines(data.lines, data.leftOut);
        this.#listener.events(data.events, data.now);
        return this.#listener.state('running');
      case 'over':
        return this.#end(data.failed ? 'failed' : 'done');
      case 'busy':
        return this.#listener.state('busy');
      case 'ended-busy':
        this.#note('The program computed for 20 seconds without a pause. It was ended.');
        return this.#end('stopped');
      case 'flood':
        this.#note('The program printed too much. It was ended.');
        return this.#end('stopped');
      case 'broken':
        return this.#fail(new Error(data.text));
    }
  };

  #fail(error: Error & { line?: number }): void {
    const text = `${error.name}: ${error.message}`;
    const line = error.line === undefined ? {} : { line: error.line };
    this.#listener.lines([{ kind: 'error', text, after: 0, ...line }], 0);
    this.#end('failed');
  }

  #note(text: string): void {
    this.#listener.lines([{ kind: 'note', text, after: Number.POSITIVE_INFINITY }], 0);
  }

  /** The frame goes, and with it whatever still runs in it. */
  #end(state: RunState): void {
    this.#isOver = true;
    removeEventListener('message', this.#receive);
    this.#frame.remove();
    this.#listener.state(state);
  }
}
