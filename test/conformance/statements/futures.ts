import { Future, InvalidStateError } from 'skein';
import type { Machine, Statements } from '../machine.ts';
import { outcome, ProgramError } from '../texts.ts';
import { cancel } from './tasks.ts';

/** A future that anybody may settle: the results of tasks and of `gather()` are their own affair. */
function plain(machine: Machine, slot: string): Future<unknown> | undefined {
  const future = machine.slots.get(slot);
  return future?.constructor === Future ? future : undefined;
}

function settle(
  machine: Machine,
  what: string,
  slot: string,
  action: (future: Future<unknown>) => void,
): void {
  const future = plain(machine, slot);
  if (future === undefined) return;
  try {
    action(future);
    machine.log(`${what} ${slot}`);
  } catch (error) {
    if (!(error instanceof InvalidStateError)) throw error;
    machine.log(`${what} ${slot} InvalidState`);
  }
}

export const futures: Statements<
  'fut' | 'set_result' | 'set_exc' | 'call_later' | 'add_cb' | 'rm_cb' | 'cb_cancel' | 'cb_raise'
> = {
  fut(machine, slot) {
    machine.slots.set(slot, machine.loop.createFuture());
  },

  set_result(machine, slot, value) {
    settle(machine, 'set', slot, (future) => future.setResult(value));
  },

  set_exc(machine, slot, name) {
    settle(machine, 'set_exc', slot, (future) => future.setException(new ProgramError(name)));
  },

  call_later(machine, delay, slot, value) {
    const future = plain(machine, slot);
    if (future === undefined) return;
    machine.loop.callLater(delay, () => {
      machine.log(`timer ${slot}`);
      if (!future.done()) future.setResult(value);
    });
  },

  add_cb(machine, slot, name) {
    const future = machine.slots.get(slot);
    if (future === undefined) return;
    const key = `${slot} ${name}`;
    const callback =
      machine.callbacks.get(key) ??
      ((done) => machine.log(`callback ${name} ${slot} ${outcome(done)}`));
    machine.callbacks.set(key, callback);
    future.addDoneCallback(callback);
  },

  rm_cb(machine, slot, name) {
    const future = machine.slots.get(slot);
    if (future === undefined) return;
    const callback = machine.callbacks.get(`${slot} ${name}`);
    machine.log(`removed ${callback === undefined ? 0 : future.removeDoneCallback(callback)}`);
  },

  cb_cancel(machine, slot, victim) {
    machine.slots.get(slot)?.addDoneCallback(() => cancel(machine, victim, 'by callback'));
  },

  cb_raise(machine, slot, name) {
    machine.slots.get(slot)?.addDoneCallback(() => {
      throw new ProgramError(name);
    });
  },
};
