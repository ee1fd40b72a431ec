import { CancelledError, type Coroutine, eagerTaskFactory } from 'skein';
import { DeadlockError, VirtualEventLoop } from 'skein/testing';
import { Machine } from './machine.ts';
import type { Program, Trace } from './program.ts';
import { statements } from './statements/index.ts';
import { outcome } from './texts.ts';

/** Runs a program on the library, and answers what happened. Follows `run()` of cpython/oracle.py step by step. */
export async function runProgram(program: Program, eager: boolean): Promise<Trace> {
  const loop = new VirtualEventLoop();
  if (eager) loop.setTaskFactory(eagerTaskFactory);
  loop.setExceptionHandler(() => {});

  let machine: Machine | undefined;
  const task = loop.createTask(
    (function* boot(): Coroutine<void> {
      machine = new Machine(loop, statements);
      yield* machine.main(program.main);
    })(),
    { name: 'main' },
  );
  try {
    await loop.runUntilComplete(task);
  } catch (error) {
    if (error instanceof DeadlockError) machine?.trace.push('deadlock');
    else if (!(error instanceof CancelledError)) throw error;
  }
  if (machine === undefined) throw new Error('The program did not even start.');
  // Once nothing can happen any more, what is left is cancelled, main first.
  try {
    await loop.runUntilComplete(loop.createTask(machine.cleanup(), { name: 'cleanup' }));
  } catch (error) {
    if (!(error instanceof DeadlockError)) throw error;
    machine.trace.push('cleanup deadlock');
  }
  machine.trace.push(`main ${outcome(task)}`);
  loop.close();
  return machine.trace;
}
