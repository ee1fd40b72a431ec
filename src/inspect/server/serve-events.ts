import type { ServerResponse } from 'node:http';
import { HostDelay } from '../../core/host-delay.ts';
import type { LiveSource } from './live-source.ts';

/** A page is told four times a second at most, and less often if that takes the program more than a twentieth of its time. */
const intervalMs = 250;
const shareOfTime = 20;

/**
 * Tells a page what has changed, as server-sent events, until the page has gone. A page that does not read is not told more meanwhile: then
 * nothing piles up. The last event is the `Fate` of the program, if it cannot be asked any more: `event: ended`, `event: lost` or `event: refused`.
 */
export async function serveEvents(response: ServerResponse, source: LiveSource): Promise<void> {
  let goOn = (): void => {};
  let delay: HostDelay | undefined;
  let hasEnded = false;
  const goOnNow = (): void => {
    delay?.clear();
    goOn();
  };
  response.on('close', goOnNow);
  response.on('drain', () => goOn());
  // The next question fails, and the page is told why, before the command that serves it leaves.
  void source.ended?.then(() => {
    hasEnded = true;
    goOnNow();
  });
  try {
    const followed = await source.follow();
    try {
      while (!response.closed) {
        const began = performance.now();
        const text = await followed.take();
        const took = performance.now() - began;
        if (!response.write(`data: ${text}\n\n`)) {
          await new Promise<void>((resolve) => {
            goOn = resolve;
          });
        }
        if (response.closed) break;
        if (hasEnded) continue;
        await new Promise<void>((resolve) => {
          goOn = resolve;
          delay = new HostDelay(resolve, Math.max(intervalMs, shareOfTime * took));
          delay.unref();
        });
      }
    } finally {
      followed.end();
    }
  } catch (error) {
    const { kind, text } = await source.fateOf(error);
    response.write(`event: ${kind}\ndata: ${JSON.stringify({ text })}\n\n`);
  }
  response.end();
}
