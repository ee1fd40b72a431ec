/** While the steps of tasks run, errors have more frames: a coroutine takes two, and the whole chain belongs in the stack. */
import { setStackLimit } from '../stack-limit.ts';

const framesInSteps = 100;
/** The default of V8. A program that set a lower one wants short stacks. */
const usualFrames = 10;

/** Raises the limit; returns the limit from before for `lowerLimit()`, or undefined if it stays as it is. */
export function raiseLimit(): number | undefined {
  const limit = stackLimit();
  if (limit === undefined || !(limit >= usualFrames && limit < framesInSteps)) return undefined;
  return setStackLimit(framesInSteps);
}

/** Sets the limit back, unless the program changed it meanwhile. */
export function lowerLimit(before: number | undefined): void {
  if (before !== undefined && stackLimit() === framesInSteps) setStackLimit(before);
}

/** Undefined where the program does not let it be read. */
function stackLimit(): number | undefined {
  try {
    return Error.stackTraceLimit;
  } catch {
    return undefined;
  }
}
