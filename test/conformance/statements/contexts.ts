import type { Statements } from '../machine.ts';

export const contexts: Statements<'ctx_set' | 'ctx_get' | 'ctx_cb'> = {
  ctx_set(machine, _, value) {
    machine.variable.set(value);
  },

  ctx_get(machine) {
    machine.log(`ctx ${machine.variable.get()}`);
  },

  /** A callback that reads and changes the variable, in its own context or a given one. */
  ctx_cb(machine, slot, name) {
    const context = name === null ? undefined : machine.contexts.get(name);
    const callback = () => {
      machine.log(`callback ctx ${machine.variable.get()}`);
      machine.variable.set(machine.variable.get() + 100);
    };
    machine.slots.get(slot)?.addDoneCallback(callback, context === undefined ? {} : { context });
  },
};
