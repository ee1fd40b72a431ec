/**
 * `fetch()` that tries again: after failures of the network, and after the statuses that ask for it.
 *
 * - `Retry-After` is obeyed, in seconds or as a date, in place of the growing wait.
 * - Any other status is returned or thrown at once. The last failure comes out as it is.
 * - A cancellation ends the request (its signal aborts) or the wait, and is never tried again.
 */
import { fromPromise, retry, timeout } from 'skein';

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly retryAfterMs: number | undefined,
  ) {
    super(`the server said ${status}`);
  }
}

const worthwhile = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Returns the text of a page. Each attempt has `attemptMs`, all of them `within` ms. */
export async function load(
  url: string,
  { attemptMs = 5000, within = 60_000, delay = 200 } = {},
): Promise<string> {
  let askedMs: number | undefined;
  return await retry(
    () =>
      timeout(attemptMs, async () => {
        const response = await fromPromise((signal) => fetch(url, { signal }));
        if (response.ok) return await fromPromise(response.text());
        await fromPromise(response.body?.cancel() ?? Promise.resolve());
        throw new Refused(response.status, retryAfter(response));
      }),
    {
      attempts: 5,
      delay,
      within,
      retryIf(error) {
        askedMs = error instanceof Refused ? error.retryAfterMs : undefined;
        return !(error instanceof Refused) || worthwhile.has(error.status);
      },
      // What the server asks for, or between half of the wait and all of it, so that clients spread.
      jitter: (delay) => askedMs ?? delay * (0.5 + Math.random() / 2),
    },
  );
}

/** The header in ms: `Retry-After: 120`, or a date. */
function retryAfter({ headers }: Response): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = Number(text);
  if (!Number.isNaN(seconds)) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
