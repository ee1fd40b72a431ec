/** What `crawler.ts` does, with promises and signals only: here to be compared. It passes the same tests. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Crawl } from '../crawler.ts';

export async function crawl(
  start: string,
  { atOnce = 5, aSecond = 50, pageMs = 5000, signal = new AbortController().signal } = {},
): Promise<Crawl> {
  const found: Crawl = { pages: new Map(), failed: new Map() };
  const seen = new Set([start]);
  const queue = [start];
  const running = new Set<Promise<void>>();
  let nextAt = 0;
  async function pace(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, nextAt);
    nextAt = at + 1000 / aSecond;
    if (at > now) await pause(at - now, undefined, { signal });
  }
  async function visit(url: string): Promise<void> {
    try {
      await pace();
      const page = await textOf(url, AbortSignal.any([signal, AbortSignal.timeout(pageMs)]));
      found.pages.set(url, page);
      for (const link of linksIn(page, url)) {
        if (seen.has(link)) continue;
        seen.add(link);
        queue.push(link);
      }
    } catch (error) {
      if (signal.aborted) throw error;
      found.failed.set(url, String(error));
    }
  }
  try {
    while (queue.length > 0 || running.size > 0) {
      for (const url of queue.splice(0, atOnce - running.size)) {
        const visiting = visit(url).finally(() => running.delete(visiting));
        running.add(visiting);
      }
      await Promise.race(running);
    }
  } finally {
    await Promise.allSettled(running);
  }
  return found;
}

async function textOf(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return await response.text();
}

function linksIn(page: string, base: string): string[] {
  return [...page.matchAll(/href="([^"#]+)/g)]
    .map((match) => new URL(match[1] ?? '', base))
    .filter(({ origin }) => origin === new URL(base).origin)
    .map(String);
}
