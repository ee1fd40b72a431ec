/** When an executor refuses work, no matter what it is. */
import { checkNotLoading } from '../crossing/module-loading.ts';
import { process } from '../crossing/node.ts';
import { hasNoUrl } from '../crossing/portable-function.ts';
import type { Code } from '../crossing/protocol.ts';

/** @throws Error while the program ends, or while a worker loads the module of the program. */
export function checkMaySubmit(caller: string): void {
  checkNotLoading(caller);
  if (process._exiting === true) {
    throw new Error(
      `\`${caller}()\` expected a program that goes on, but it is ending: nothing that starts now would be done.`,
    );
  }
}

/** What was found loadable last: the next job mostly has the same function. */
let loadable: Code | undefined;

/**
 * @param isProgram - Tells if a module is the program itself; undefined where workers load no modules.
 * @throws TypeError for a function that workers cannot load, or only by running the program once more.
 */
export function checkLoadable(
  caller: string,
  code: Code,
  isProgram: ((url: string) => boolean) | undefined,
): void {
  if (code.kind !== 'reference' || isProgram === undefined || code === loadable) return;
  if (hasNoUrl(code)) {
    throw new TypeError(
      `\`${caller}()\` expected a function whose module has a URL, but \`${code.name}\` was declared without one: a bundle of CommonJS has no \`import.meta.url\`. Give the executor a \`worker\`, a module that serves the functions.`,
    );
  }
  if (isProgram(code.url)) {
    throw new TypeError(
      `\`${caller}()\` expected a function that workers can load, but \`${code.name}\` is declared in ${code.url}, which the program began with: each worker would run the program once more. Put the functions into a module of their own. If the program is a bundle, give the executor a \`worker\`, a module that serves them.`,
    );
  }
  loadable = code;
}

/** @param kind - How errors call the executor. */
export function closedError(caller: string, kind: string): Error {
  return new Error(
    `\`${caller}()\` expected an open executor, but this ${kind} was shut down. Submit before \`shutdown()\`, and before the block that \`using\` is in ends.`,
  );
}
