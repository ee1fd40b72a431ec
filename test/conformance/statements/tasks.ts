import { allTasks, createTask, currentTask } from 'skein';
import type { Machine, Statements } from '../machine.ts';
import { outcome, taskName, valueText } from '../texts.ts';

export function cancel(machine: Machine, slot: string, message: string | null): void {
  const future = machine.slots.get(slot);
  if (future !== undefined) machine.log(`cancel ${slot} ${future.cancel(message)}`);
}

export const tasks: Statements<
  | 'spawn'
  | 'spawn_eager'
  | 'spawn_in'
  | 'await'
  | 'state'
  | 'all_tasks'
  | 'cancel'
  | 'cancel_later'
  | 'cancel_self'
  | 'uncancel'
  | 'cancelling'
> = {
  spawn(machine, slot, body) {
    machine.keep(slot, createTask(machine.run(body), { name: slot }));
  },

  spawn_eager(machine, slot, body, eager) {
    machine.keep(slot, createTask(machine.run(body), { name: slot, eagerStart: eager }));
  },

  spawn_in(machine, slot, body, name) {
    const context = machine.contexts.get(name)!;
    // Not eager: CPython refuses to enter a context that is entered already.
    const options = { name: slot, context, eagerStart: false };
    machine.keep(slot, createTask(machine.run(body), options));
  },

  *await(machine, slot) {
    const future = machine.other(slot);
    if (future !== undefined) machine.log(`got ${slot} ${valueText(yield* future)}`);
  },

  state(machine, slot) {
    const future = machine.slots.get(slot);
    if (future !== undefined) machine.log(`state ${slot} ${outcome(future)}`);
  },

  all_tasks(machine) {
    machine.log(`tasks ${[...allTasks()].map(taskName).sort().join(',')}`);
  },

  cancel,

  cancel_later(machine, delay, slot) {
    machine.loop.callLater(delay, cancel, machine, slot, null);
  },

  cancel_self(machine) {
    machine.log(`cancel_self ${currentTask()?.cancel()}`);
  },

  uncancel(machine) {
    machine.log(`uncancel ${currentTask()?.uncancel()}`);
  },

  cancelling(machine) {
    machine.log(`cancelling ${currentTask()?.cancelling()}`);
  },
};
