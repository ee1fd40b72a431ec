import { describe, expect, test, vi } from 'vitest';
import type { Fate } from '../../../src/inspect/server/live-source.ts';
import { serveEvents } from '../../../src/inspect/server/serve-events.ts';

/** As much of a response as is used. */
class Written {
  closed = false;
  text = '';
  isEnded = false;
  #write: () => void = () => {};
  /** Resolves at the first write. */
  readonly begun = new Promise<void>((resolve) => {
    this.#write = resolve;
  });
  on(): void {}
  write(text: string): boolean {
    this.text += text;
    this.#write();
    return true;
  }
  end(): void {
    this.isEnded = true;
  }
}

const fate: Fate = { kind: 'ended', text: 'The program has ended.' };
const told = `event: ended\ndata: {"text":"The program has ended."}\n\n`;

describe('a page', () => {
  test.each(['while the page waits for its next turn', 'as the program responds'])(
    'is told at once that the program has ended, though it takes long to be asked: %s',
    async (when) => {
      // Each question takes an hour, so that the next one would come in a day.
      let hours = 0;
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => 3_600_000 * hours);
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      let isThere = true;
      const leave = (): void => {
        isThere = false;
        end();
      };
      const response = new Written();
      const served = serveEvents(response as never, {
        ended,
        cancel: undefined,
        fateOf: async () => fate,
        follow: async () => ({
          take: async () => {
            if (!isThere) throw new Error('the process ended');
            hours++;
            if (when === 'as the program responds') leave();
            return '{}';
          },
          end: () => {},
        }),
      });
      await response.begun;
      leave();
      await served.finally(() => clock.mockRestore());
      expect(response.text).toBe(`data: {}\n\n${told}`);
      expect(response.isEnded).toBe(true);
    },
  );
});
