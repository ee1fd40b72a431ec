import { expect, vi } from 'vitest';
import { hostTurn, process } from '../hosts.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Chromium is started with `--expose-gc`; Node has it for the asking. */
export const collectGarbage: () => void = (globalThis as { gc?(): void }).gc ?? gcOfNode();

function gcOfNode(): () => void {
  const v8 = process?.getBuiltinModule?.('node:v8') as { setFlagsFromString(flag: string): void };
  const vm = process?.getBuiltinModule?.('node:vm') as { runInNewContext(code: string): unknown };
  v8.setFlagsFromString('--expose-gc');
  return vm.runInNewContext('gc') as () => void;
}

/**
 * Holds that nothing refers any more to what `make` answers, by name. It may await; what it made has to be out of its reach
 * once it is done.
 */
export async function expectCollectable(
  make: () => Promise<Record<string, object>> | Record<string, object>,
): Promise<void> {
  const references = await referencesTo(make);
  let left: string[] = [];
  for (let attempt = 0; attempt < 20; attempt++) {
    // What was looked at in a turn of the host's loop is kept until its end.
    await hostTurn();
    collectGarbage();
    left = references
      .filter(([, reference]) => reference.deref() !== undefined)
      .map(([name]) => name);
    if (left.length === 0) return;
  }
  expect(left, 'still there').toEqual([]);
}

/** A function of its own, so that no frame keeps the objects. */
async function referencesTo(
  make: () => Promise<Record<string, object>> | Record<string, object>,
): Promise<[string, WeakRef<object>][]> {
  const made = await make();
  return Object.entries(made).map(([name, object]) => [name, new WeakRef(object)]);
}
