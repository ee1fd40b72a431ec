/**
 * A crawler: the pages of a site, some at a time, each once, as its links are found.
 *
 * - A page that fails is told of, and the others go on.
 * - A cancellation hangs up all requests, and comes out when they have ended.
 */
import { CancelledError, fromPromise, RateLimiter, taskGroup, timeout } from 'skein';

export interface Crawl {
  readonly pages: Map<string, string>;
  readonly failed: Map<string, string>;
}

/** Reads all pages that `start` leads to, on the same server: at most `atOnce` at a time, and `aSecond` each second. */
export async function crawl(
  start: string,
  { atOnce = 5, aSecond = 50, pageMs = 5000 } = {},
): Promise<Crawl> {
  const found: Crawl = { pages: new Map(), failed: new Map() };
  const seen = new Set<string>();
  const pace = new RateLimiter({ limit: aSecond, interval: 1000 });
  await taskGroup(
    async (tg) => {
      const visit = (url: string): void => {
        if (seen.has(url)) return;
        seen.add(url);
        tg.createTask(async () => {
          try {
            await pace.acquire();
            const page = await timeout(pageMs, () => textOf(url));
            found.pages.set(url, page);
            for (const link of linksIn(page, url)) visit(link);
          } catch (error) {
            if (error instanceof CancelledError) throw error;
            found.failed.set(url, String(error));
          }
        });
      };
      visit(start);
    },
    { limit: atOnce },
  );
  return found;
}

async function textOf(url: string): Promise<string> {
  const response = await fromPromise((signal) => fetch(url, { signal }));
  if (!response.ok) throw new Error(`status ${response.status}`);
  return await fromPromise(response.text());
}

function linksIn(page: string, base: string): string[] {
  return [...page.matchAll(/href="([^"#]+)/g)]
    .map((match) => new URL(match[1] ?? '', base))
    .filter(({ origin }) => origin === new URL(base).origin)
    .map(String);
}
