/**
 * The script of the frame, which has no origin (`sandbox="allow-scripts"`) and no network (its policy). It starts the worker of the program
 * and ends it, also when the program spins: the frame itself never runs it. It bounds what it passes on to the page.
 */
interface Start {
  readonly type: 'start';
  readonly library: string;
  readonly worker: string;
  readonly program: unknown;
}

/** Without a word for so long, the program is busy. */
const busyMs = 2000;
/** And after so long it is ended. */
const mostBusyMs = 20_000;
/** More characters than this are not passed on: the program is ended. */
const mostCharacters = 8_000_000;

let worker: Worker | undefined;
let heard = 0;
let passed = 0;
let isBusy = false;

const tell = (message: unknown): void => parent.postMessage(message, '*');
const urlOf = (text: string): string =>
  URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));

function stop(): void {
  worker?.terminate();
  worker = undefined;
}

function start({ library, worker: own, program }: Start): void {
  const script = `importScripts(${JSON.stringify(urlOf(library))}, ${JSON.stringify(urlOf(own))});`;
  worker = new Worker(urlOf(script));
  heard = performance.now();
  worker.onmessage = ({ data }) => {
    heard = performance.now();
    isBusy = false;
    passed += JSON.stringify(data).length;
    if (passed > mostCharacters) {
      stop();
      tell({ type: 'flood' });
      return;
    }
    tell(data);
    if (data.type === 'over') stop();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    tell({ type: 'broken', text: event.message });
  };
  worker.postMessage({ program, library });
  watch();
}

function watch(): void {
  if (worker === undefined) return;
  const silent = performance.now() - heard;
  if (silent > mostBusyMs) {
    stop();
    tell({ type: 'ended-busy' });
    return;
  }
  if (silent > busyMs && !isBusy) {
    isBusy = true;
    tell({ type: 'busy' });
  }
  setTimeout(watch, 250);
}

addEventListener('message', ({ source, data }: MessageEvent<Start | { readonly type: 'stop' }>) => {
  if (source !== parent) return;
  if (data.type === 'stop') stop();
  else if (data.type === 'start' && worker === undefined) start(data);
});
tell({ type: 'ready' });
