import { CancelledError, type Coroutine, coroutine, eagerTaskFactory } from 'skein';
import { DeadlockError, VirtualEventLoop } from 'skein/testing';
import { type Declare, Machine, type Statements } from './machine.ts';
import type { Operation, Program, Trace } from './program.ts';
import { statements } from './statements/index.ts';
import { outcome } from './texts.ts';
import { asked, type Watched, watch } from './watched.ts';

const asItIs: Declare = (fn) => fn;

/** The statements, those that wait as declared functions. */
const declaredStatements = Object.fromEntries(
  Object.entries(statements).map(([name, statement]) => [
    name,
    Object.prototype.toString.call(statement) === '[object GeneratorFunction]'
      ? coroutine(statement as () => Coroutine<void>)
      : statement,
  ]),
) as unknown as Statements<Operation>;

/**
 * Runs a program on the library, and answers what happened. Follows `run()` of cpython/oracle.py step by step.
 *
 * @param declared - Whether all functions are declared with `coroutine()`.
 * @param watched - What watches it meanwhile.
 */
export async function runProgram(
  program: Program,
  eager: boolean,
  declared = false,
  watched: Watched = asked,
): Promise<Trace> {
  using _ = watch(watched);
  const loop = new VirtualEventLoop();
  if (eager) loop.setTaskFactory(eagerTaskFactory);
  loop.setExceptionHandler(() => {});

  let machine: Machine | undefined;
  const task = loop.createTask(
    (function* boot(): Coroutine<void> {
      machine = declared
        ? new Machine(loop, declaredStatements, coroutine)
        : new Machine(loop, statements, asItIs);
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
