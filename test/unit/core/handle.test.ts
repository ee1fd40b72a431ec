import { sleep } from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, virtualLoop } from '../loops.ts';

describe('a handle', () => {
  test('that is cancelled never runs, as often as it is cancelled [loop.handle.cancel]', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      const soon = loop.callSoon(() => log.push('soon'));
      const later = loop.callLater(1, () => log.push('later'));
      expect([soon.cancelled(), later.cancelled()]).toEqual([false, false]);
      for (const handle of [soon, later]) {
        handle.cancel();
        handle.cancel();
        expect(handle.cancelled()).toBe(true);
      }
      yield* sleep(5);
      expect(log).toEqual([]);
    });
  });

  test('may be cancelled after it ran, to no effect', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      const handles = [
        loop.callSoon(() => log.push('soon')),
        loop.callLater(1, () => log.push('later')),
      ];
      yield* sleep(5);
      for (const handle of handles) handle.cancel();
      yield* sleep(5);
      expect(log).toEqual(['soon', 'later']);
    });
  });

  test('may be cancelled by its own callback', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      const handle = loop.callLater(1, () => {
        handle.cancel();
        log.push('ran');
      });
      yield* sleep(5);
      expect(log).toEqual(['ran']);
    });
  });

  test('has the name of its function in its text form, and forgets it when cancelled [loop.handle.cancel]', () => {
    const loop = virtualLoop();
    const soon = loop.callSoon(function refresh() {});
    const later = loop.callLater(1000, () => {});
    expect([soon, later].map(String)).toMatchInlineSnapshot(`
      [
        "<Handle refresh()>",
        "<TimerHandle an anonymous function, due in 1000 ms>",
      ]
    `);
    soon.cancel();
    later.cancel();
    expect([soon, later].map(String)).toMatchInlineSnapshot(`
      [
        "<Handle cancelled>",
        "<TimerHandle cancelled>",
      ]
    `);
    loop.close();
  });

  test('keeps its time when it is cancelled [loop.handle.when]', async () => {
    await inLoop(function* (loop) {
      const handle = loop.callLater(7, () => {});
      handle.cancel();
      expect(handle.when()).toBe(7);
    });
  });
});
