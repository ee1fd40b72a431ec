/** Begins the page: fetches the recording, or follows the program, and draws all that is shown of it, once a frame at most. */
import { render } from 'preact';
import { App } from './app.tsx';
import { listen } from './input.ts';
import { Live } from './live.ts';
import { type Paint, readPaint } from './paint.ts';
import { readRecording, shownRecording } from './read-recording.ts';
import { countMoments } from './recording.ts';
import { draw, drawOverview } from './timeline.ts';
import { View } from './view.ts';

const tokenKey = 'skein-token';

/** The token stands behind the `#` of the address, where no server and no log sees it. It is kept for the tab only. */
function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem(tokenKey, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(tokenKey) ?? '';
}

/** Asks the server of this page, with the token. */
function ask(path: string, request: RequestInit = {}): Promise<Response> {
  const headers = { ...request.headers, Authorization: `Bearer ${takeToken()}` };
  return fetch(path, { ...request, headers });
}

async function checked(asked: Promise<Response>): Promise<Response> {
  const response = await asked;
  if (!response.ok) {
    throw new Error(
      response.status === 403
        ? 'The address lacks its token. Open the whole address that was printed.'
        : `The server answered ${response.status}. Does the program still run?`,
    );
  }
  return response;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size is in CSS pixels. To ask the canvas for it would lay out the page in the middle of a frame, and then again. */
function contextOf(canvas: HTMLCanvasElement, size: Size): CanvasRenderingContext2D {
  const scale = devicePixelRatio;
  const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}

function show(view: View, place: HTMLElement): void {
  const root = document.documentElement;
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  view.chosen = view.rows[0]?.task.id;
  view.theme = prefersDark.matches ? 'dark' : 'light';
  render(<App view={view} />, place);
  const canvas = document.getElementById('timeline') as HTMLCanvasElement;
  const overview = document.getElementById('overview') as HTMLCanvasElement;
  let strip: Size = { width: 0, height: 0 };
  let paint: Paint | undefined;
  let theme: string | undefined;
  view.render = () => {
    if (theme !== view.theme) {
      theme = view.theme;
      root.style.colorScheme = theme ?? '';
      paint = undefined;
    }
    render(<App view={view} />, place);
    paint ??= readPaint(place);
    const { rows, recording, from, to, cursor, scrollTop, width, height } = view;
    const scene = { recording, rows, from, to, cursor, scrollTop, width, height };
    const marked = { chosen: view.chosen, hovered: view.hover?.task.id };
    draw(contextOf(canvas, scene), { ...scene, ...marked }, paint);
    drawOverview(contextOf(overview, strip), { ...scene, ...strip }, paint);
  };
  prefersDark.addEventListener('change', ({ matches }) => {
    view.theme = matches ? 'dark' : 'light';
    view.changed();
  });
  const sizes = new ResizeObserver(() => {
    view.width = canvas.clientWidth;
    view.height = canvas.clientHeight;
    strip = { width: overview.clientWidth, height: overview.clientHeight };
    view.render();
  });
  sizes.observe(canvas);
  sizes.observe(overview);
  listen(view, canvas, overview);
  document.getElementById('tasks')?.focus();
}

/** A recording is read anew four times as rarely as that takes, so that the page stays quick. */
const shareOfTime = 4;

/** Shows what the program does, as it is told. */
function follow(live: Live, place: HTMLElement): void {
  let view: View | undefined;
  let notBefore = 0;
  let state = live.state;
  live.heard = () => {
    const hasChanged = state !== live.state;
    state = live.state;
    if (hasChanged) view?.changed();
    // What is left of a program that has ended is worth to be seen.
    if (view?.state === 'alive' && state === 'ended') view.state = undefined;
    if (view?.isPaused || (!hasChanged && performance.now() < notBefore)) return;
    const began = performance.now();
    const recording = live.store.recording();
    if (recording === undefined) {
      if (view === undefined) fail(place, 'The program does not respond, or has ended.');
      return;
    }
    const shown = shownRecording(recording);
    if (view === undefined) {
      view = new View(shown, live);
      place.textContent = '';
      place.className = '';
      place.removeAttribute('role');
      show(view, place);
    }
    view.grow(shown);
    notBefore = performance.now() + shareOfTime * (performance.now() - began);
  };
  void live.listen();
}

function fail(place: HTMLElement, text: string): void {
  place.textContent = text;
  place.className = 'failure';
  place.role = 'alert';
}

const place = document.getElementById('page') as HTMLElement;
try {
  const { isLive, mayCancel } = (await (await checked(ask('about'))).json()) as {
    isLive: boolean;
    mayCancel: boolean;
  };
  if (isLive) follow(new Live(ask, mayCancel), place);
  else {
    const bytes = await (await checked(ask('recording'))).arrayBuffer();
    const recording = await readRecording(new Uint8Array(bytes));
    if (recording.explanation !== undefined) countMoments();
    place.textContent = '';
    show(new View(recording), place);
  }
} catch (error) {
  fail(place, error instanceof Error ? error.message : String(error));
}
