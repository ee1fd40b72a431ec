/** What `testing/poller.ts` does, with promises and signals only: here to be compared. It passes tests of the same behaviour. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Source } from '../testing/poller.ts';

export async function poll(
  source: Source,
  found: (value: number) => void,
  signal: AbortSignal,
): Promise<never> {
  try {
    for (;;) {
      found(await thrice(() => within(5000, source.ask(), signal), signal));
      await pause(60_000, undefined, { signal });
    }
  } finally {
    source.close();
  }
}

async function thrice<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1, delay = 1000; ; attempt++, delay *= 2) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === 3) throw error;
      await pause(delay, undefined, { signal });
    }
  }
}

/** The question itself goes on: it takes no signal. */
async function within<T>(ms: number, asked: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    const late = pause(ms, undefined, { signal: either }).then(() => {
      throw new DOMException(`no answer within ${ms} ms`, 'TimeoutError');
    });
    return await Promise.race([asked, late]);
  } finally {
    over.abort();
  }
}
