/** A program that asks a server for many things, of which some fail and some never come. */
import { createTask, fromPromise, gather, sleep, TimeoutError, timeout, toThread } from 'skein';
import { type Server, startServer } from './server.ts';
import { performIfProgram, say, watch } from './stage.ts';
import { sha256 } from './work.mjs';

class HttpError extends Error {
  override name = 'HttpError';
}

async function get(server: Server, path: string): Promise<string> {
  // A promise becomes a future. Cancelling that aborts the signal, and fetch() hangs up.
  return await fromPromise(async (signal) => {
    const response = await fetch(server.url + path, { signal });
    if (!response.ok) throw new HttpError(`${path} answered ${response.status}`);
    return response.text();
  });
}

/** For operations that may fail or hang: something else to show if they do. */
async function getOr(fallback: string, server: Server, path: string): Promise<string> {
  try {
    return await timeout(1500, () => get(server, path));
  } catch (error) {
    if (!(error instanceof TimeoutError || error instanceof HttpError)) throw error;
    say(`falls back: ${error.name}`);
    return fallback;
  }
}

/** A task gives its function a signal, which `cancel()` aborts. So a promise of the host need not be wrapped. */
async function search(server: Server, signal: AbortSignal): Promise<void> {
  try {
    await fetch(`${server.url}/search`, { signal });
  } finally {
    say('stops');
  }
}

async function visit(server: Server): Promise<void> {
  // Blocking work goes to a thread, and takes its time beside all that follows.
  const hash = watch('sha256', toThread(sha256, process.execPath));

  // Nothing awaits this one. A callback deals with the outcome.
  const counting = createTask(() => get(server, '/visits'), { name: 'visits' });
  counting.addDoneCallback((task) => say(`visits: ${task.exception() ?? task.result()}`));

  const paths = ['/weather', '/news', '/stocks', '/adverts'];
  say(`asks for ${paths.join(', ')} at once`);
  const parts = paths.map((path) =>
    createTask(() => getOr('a blank box', server, path), { name: path.slice(1) }),
  );
  say(`shows ${(await gather(parts)).join(', ')}`);

  const searching = createTask((signal) => search(server, signal), { name: 'search' });
  await sleep(50);
  searching.cancel('not interested any more');
  say('has cancelled the search');
  for (let path = ''; path !== '/search'; ) path = await server.hangUps.get();
  say('knows that the server stopped working on it');

  say(`has the hash of a big file, too: ${(await hash).slice(0, 8)}…`);
}

export async function main(): Promise<void> {
  const server = await startServer();
  try {
    await visit(server);
  } finally {
    // On every way out: also when something failed, or when Ctrl-C cancelled us.
    await server.close();
    say('has closed the server');
  }
}

export const title = '7. Applications';
await performIfProgram(import.meta.url, { title, main });
