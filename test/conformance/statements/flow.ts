import { CancelledError, currentTask, sleep } from 'skein';
import type { Statements } from '../machine.ts';
import { ProgramError, Return, show } from '../texts.ts';

export const flow: Statements<'log' | 'sleep' | 'yield' | 'raise' | 'return' | 'try'> = {
  log(machine, text) {
    machine.log(text);
  },

  *sleep(machine, duration) {
    yield* sleep(duration);
    machine.log(`slept ${duration}`);
  },

  *yield() {
    yield* sleep(0);
  },

  raise(_, name) {
    throw new ProgramError(name);
  },

  return(_, value) {
    throw new Return(value);
  },

  *try(machine, body, onCancel, onError, finallyBody) {
    try {
      yield* machine.execute(body);
    } catch (error) {
      if (error instanceof Return) throw error;
      machine.log(`caught ${show(error)}`);
      if (!(error instanceof CancelledError)) {
        if (onError !== 'swallow') throw error;
      } else if (onCancel === 'uncancel') {
        machine.log(`uncancel ${currentTask()?.uncancel()}`);
      } else if (onCancel !== 'swallow') {
        throw error;
      }
    } finally {
      yield* machine.execute(finallyBody);
    }
  },
};
