import type { Coroutine, Lock, Semaphore } from 'skein';
import type { Machine, Statements } from '../machine.ts';
import type { Body } from '../program.ts';
import { show } from '../texts.ts';

function lockOf(machine: Machine, name: string): Lock | Semaphore {
  return machine.locks.get(name)!;
}

function* holding(
  machine: Machine,
  lock: Lock | Semaphore,
  body: Body,
  [entered, left]: readonly [string, string],
): Coroutine<void> {
  yield* lock.with(
    machine.declare(function* () {
      machine.log(entered);
      yield* machine.execute(body);
    }),
  );
  machine.log(left);
}

export const sync: Statements<
  | 'with_lock'
  | 'with_sem'
  | 'acquire'
  | 'release'
  | 'event_wait'
  | 'event_set'
  | 'event_clear'
  | 'barrier'
  | 'barrier_reset'
  | 'barrier_abort'
  | 'cond_wait'
  | 'cond_notify'
  | 'cond_until'
  | 'cond_bump'
> = {
  with_lock(machine, name, body) {
    const texts = [`locked ${name}`, `unlocked ${name}`] as const;
    return machine.declare(holding)(machine, lockOf(machine, name), body, texts);
  },

  with_sem(machine, name, body) {
    return machine.declare(holding)(machine, lockOf(machine, name), body, ['sem in', 'sem out']);
  },

  *acquire(machine, name) {
    yield* lockOf(machine, name).acquire();
    machine.log(`acquired ${name}`);
  },

  release(machine, name) {
    const lock = lockOf(machine, name);
    try {
      lock.release();
      machine.log(`released ${name} locked=${lock.locked()}`);
    } catch (error) {
      machine.log(`release ${name} ${show(error)}`);
    }
  },

  *event_wait(machine) {
    yield* machine.event.wait();
    machine.log('event seen');
  },

  event_set(machine) {
    machine.event.set();
  },

  event_clear(machine) {
    machine.event.clear();
  },

  *barrier(machine, name) {
    machine.log(`barrier ${yield* machine.barriers.get(name)!.wait()}`);
  },

  *barrier_reset(machine, name) {
    const barrier = machine.barriers.get(name)!;
    yield* barrier.reset();
    machine.log(`barrier reset waiting=${barrier.nWaiting}`);
  },

  *barrier_abort(machine, name) {
    yield* machine.barriers.get(name)!.abort();
    machine.log('barrier aborted');
  },

  *cond_wait(machine) {
    const { condition } = machine;
    yield* condition.with(
      machine.declare(function* () {
        yield* condition.wait();
        machine.log('notified');
      }),
    );
  },

  *cond_notify(machine, _, n) {
    const { condition } = machine;
    yield* condition.with(
      machine.declare(function* () {
        condition.notify(n);
      }),
    );
  },

  *cond_until(machine, n) {
    const { condition } = machine;
    yield* condition.with(
      machine.declare(function* () {
        yield* condition.waitFor(() => machine.count >= n);
        machine.log(`count is ${machine.count}`);
      }),
    );
  },

  *cond_bump(machine, n) {
    yield* machine.condition.with(
      machine.declare(function* () {
        machine.count++;
        machine.condition.notify(n);
      }),
    );
  },
};
