/** What the pages of `react.tsx` and `vue.ts` do while the user types: a pause, a request, a deadline. */
import { fromPromise, sleep, timeout } from 'skein';

/** Returns the names that begin with `text`. In a page, promises of the host are wrapped: so a cancellation hangs up. */
export async function search(text: string): Promise<string[]> {
  if (text === '') return [];
  // The next key cancels the pause. So there is no request until the user stops for a moment.
  await sleep(100);
  return await timeout(5000, async () => {
    const url = `/search?text=${encodeURIComponent(text)}`;
    const response = await fromPromise((signal) => fetch(url, { signal }));
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await fromPromise<string[]>(response.json());
  });
}
