/** When an executor refuses work, no matter what it is. */
import { checkNotLoading } from '../crossing/module-loading.ts';
import { process } from '../crossing/node.ts';

/** @throws Error while the program ends, or while a worker loads the module of the program. */
export function checkMaySubmit(caller: string): void {
  checkNotLoading(caller);
  if (process._exiting === true) {
    throw new Error(
      `${caller}() expected a program that goes on, but it is ending: nothing that starts now would be done.`,
    );
  }
}

/** @param kind - How errors call the executor. */
export function closedError(caller: string, kind: string): Error {
  return new Error(
    `${caller}() expected an open executor, but this ${kind} was shut down. Submit before \`shutdown()\`, and before the block that \`using\` is in ends.`,
  );
}
