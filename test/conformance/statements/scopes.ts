import {
  ExceptionGroup,
  type TaskGroup,
  type Timeout,
  TimeoutError,
  taskGroup,
  timeout,
} from 'skein';
import type { Machine, Statements } from '../machine.ts';
import type { Body } from '../program.ts';
import { show } from '../texts.ts';

function startChild(machine: Machine, group: TaskGroup, slot: string, body: Body): void {
  machine.keep(slot, group.createTask(machine.run(body), { name: slot }));
}

export const scopes: Statements<'timeout' | 'reschedule' | 'group' | 'group_spawn'> = {
  *timeout(machine, delay, body, rescheduled) {
    let expired = false;
    try {
      yield* timeout(
        delay,
        machine.declare(function* (scope: Timeout) {
          machine.scope = scope;
          if (rescheduled !== null) scope.reschedule(machine.loop.time() + rescheduled);
          try {
            yield* machine.execute(body);
          } finally {
            expired = scope.expired();
          }
        }),
      );
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      machine.log(`timeout expired=${expired}`);
    }
  },

  reschedule(machine, delay) {
    try {
      machine.scope?.reschedule(delay === null ? null : machine.loop.time() + delay);
    } catch {
      machine.log('reschedule refused');
    }
  },

  *group(machine, children, body) {
    try {
      yield* taskGroup(
        machine.declare(function* (group: TaskGroup) {
          machine.group = group;
          for (const [slot, child] of children) startChild(machine, group, slot, child);
          yield* machine.execute(body);
        }),
      );
      machine.log('group done');
    } catch (error) {
      if (!(error instanceof ExceptionGroup)) throw error;
      machine.log(`group failed ${show(error)}`);
    }
  },

  group_spawn(machine, slot, body) {
    if (machine.group === undefined) return;
    try {
      startChild(machine, machine.group, slot, body);
    } catch {
      machine.log(`group refused ${slot}`);
    }
  },
};
