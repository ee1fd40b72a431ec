/** Begins the page: fetches the recording, and draws all that is shown of it, once a frame at most. */
import { render } from 'preact';
import { App } from './app.tsx';
import { listen } from './input.ts';
import { type Paint, readPaint } from './paint.ts';
import { readRecording } from './read-recording.ts';
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

async function fetchRecording(): Promise<Uint8Array> {
  const response = await fetch('recording', {
    headers: { Authorization: `Bearer ${takeToken()}` },
  });
  if (!response.ok) {
    throw new Error(
      response.status === 403
        ? 'The address lacks its token. Open the whole address that `skein open` printed.'
        : `The server answered ${response.status}. Is \`skein open\` still running?`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const { clientWidth, clientHeight } = canvas;
  const scale = devicePixelRatio;
  const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)];
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
    draw(contextOf(canvas), { ...scene, chosen: view.chosen, hovered: view.hover?.task.id }, paint);
    const size = { width: overview.clientWidth, height: overview.clientHeight };
    drawOverview(contextOf(overview), { ...scene, ...size }, paint);
  };
  prefersDark.addEventListener('change', ({ matches }) => {
    view.theme = matches ? 'dark' : 'light';
    view.changed();
  });
  new ResizeObserver(() => {
    view.width = canvas.clientWidth;
    view.height = canvas.clientHeight;
    view.render();
  }).observe(canvas);
  listen(view, canvas, overview);
  document.getElementById('tasks')?.focus();
}

const place = document.getElementById('page') as HTMLElement;
try {
  const recording = await readRecording(await fetchRecording());
  place.textContent = '';
  show(new View(recording), place);
} catch (error) {
  place.textContent = error instanceof Error ? error.message : String(error);
  place.className = 'failure';
  place.role = 'alert';
}
