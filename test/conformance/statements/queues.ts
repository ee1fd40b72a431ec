import { type Queue, QueueEmpty, QueueFull, QueueShutDown } from 'skein';
import type { Machine, Statements } from '../machine.ts';
import { show } from '../texts.ts';

function queueOf(machine: Machine, name: string): Queue<number> {
  return machine.queues.get(name)!;
}

const refusals = [QueueEmpty, QueueFull, QueueShutDown];

/** Logs what `action` answers, or how the queue refuses it. */
function attempt(machine: Machine, what: string, action: () => unknown): void {
  try {
    machine.log(`${what} ${action()}`);
  } catch (error) {
    if (!refusals.some((kind) => error instanceof kind)) throw error;
    machine.log(`${what} ${show(error)}`);
  }
}

export const queues: Statements<
  'put' | 'get' | 'put_nowait' | 'get_nowait' | 'task_done' | 'join' | 'shutdown'
> = {
  *put(machine, name, value) {
    yield* queueOf(machine, name).put(value);
    machine.log(`put ${name} ${value}`);
  },

  *get(machine, name) {
    machine.log(`get ${name} ${yield* queueOf(machine, name).get()}`);
  },

  put_nowait(machine, name, value) {
    attempt(machine, `put_nowait ${name}`, () => {
      queueOf(machine, name).putNowait(value);
      return value;
    });
  },

  get_nowait(machine, name) {
    attempt(machine, `get_nowait ${name}`, () => queueOf(machine, name).getNowait());
  },

  task_done(machine, name) {
    try {
      queueOf(machine, name).taskDone();
    } catch (error) {
      machine.log(`task_done ${show(error)}`);
    }
  },

  *join(machine, name) {
    yield* queueOf(machine, name).join();
    machine.log('joined');
  },

  shutdown(machine, name, immediate) {
    queueOf(machine, name).shutdown(immediate);
    machine.log('shutdown');
  },
};
