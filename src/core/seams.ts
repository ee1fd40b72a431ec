/**
 * The seams of the library: the parts that a bundle has only if it asks for them.
 *
 * A bundler keeps all that a module imports. So the core does not import these parts. A module that registers a part here does,
 * and the entry of Node, Deno and Bun imports all of these modules. A bundle for a page imports them by name
 * (`skein/debug`), or does without. The third seam is `current.createExecutor`, which all copies of this package share.
 *
 * A dynamic import would be no seam: bundlers that make one file put what is imported so into that file.
 */

import type { Calls } from './call-stack.ts';
import type { Identity } from './compared.ts';
import type { creationOf, madeText, noteCreation, placeOfCall } from './debug/creation.ts';
import type { noteGiven, reportNeverAwaited, watchCoroutine } from './debug/never-awaited.ts';
import type { noteAwaitsOf, noteSuspension, passAwait } from './debug/suspension-stack.ts';
import type { noteDeliveryAt } from './debug/swallowed-cancellation.ts';
import type { runWatched } from './debug/watched-step.ts';
import type { countLost, isExiting, setCodeOfUncaught } from './exit-code.ts';
import type { setFaked } from './faked-timers.ts';
import type { untaken } from './future-windows.ts';
import type { onDrained, onExit } from './program-end.ts';
import type { TaskParts } from './register-tasks.ts';
import type { freeSignals, onSignals } from './signals.ts';
import type { dropCancel, lookAgain, noteCancel } from './slow-cancellations.ts';
import type { noteDeadline, placeOfDeadline } from './stacks/deadline-place.ts';
import type { failed, leaveOutLibrary } from './stacks/error-stack.ts';
import type { lowerLimit, raiseLimit } from './stacks/limit-in-steps.ts';
import type { stackOf } from './task-stack.ts';
import type { adviceFor, furtherAdvice } from './texts/advice.ts';
import type { checkedSteps } from './texts/checked-steps.ts';
import type { brief, describe, listText, nestedText } from './texts/describe.ts';
import type {
  countsOf,
  dueText,
  outcomeText,
  placesIn,
  restOf,
  restOfHandle,
  shortText,
  valuesText,
} from './texts/forms.ts';
import type { optionAdvice } from './texts/option-advice.ts';
import type { unretrievedOf } from './unretrieved.ts';

/** What debug mode does, and the stacks of tasks. Registered by debug/register.ts. */
export interface DebugMode {
  /** True if loops start in debug mode. */
  readonly isDefault: boolean;
  readonly creationOf: typeof creationOf;
  readonly madeText: typeof madeText;
  readonly noteAwaitsOf: typeof noteAwaitsOf;
  readonly noteCreation: typeof noteCreation;
  readonly noteDeliveryAt: typeof noteDeliveryAt;
  readonly noteGiven: typeof noteGiven;
  readonly noteSuspension: typeof noteSuspension;
  readonly passAwait: typeof passAwait;
  readonly placeOfCall: typeof placeOfCall;
  readonly reportNeverAwaited: typeof reportNeverAwaited;
  readonly runWatched: typeof runWatched;
  readonly stackOf: typeof stackOf;
  readonly watchCoroutine: typeof watchCoroutine;
}

/** The texts of errors, reports and text forms in full. Registered by texts/register.ts. */
export interface FullTexts {
  readonly advice: typeof adviceFor;
  readonly brief: typeof brief;
  readonly countsOf: typeof countsOf;
  readonly describe: typeof describe;
  readonly dueText: typeof dueText;
  readonly further: typeof furtherAdvice;
  readonly listText: typeof listText;
  readonly nestedText: typeof nestedText;
  readonly optionAdvice: typeof optionAdvice;
  readonly outcomeText: typeof outcomeText;
  readonly placesIn: typeof placesIn;
  readonly restOf: typeof restOf;
  readonly restOfHandle: typeof restOfHandle;
  readonly shortText: typeof shortText;
  readonly steps: typeof checkedSteps;
  readonly valuesText: typeof valuesText;
}

/** The end of the process, its signals and its exit code. Registered by register-process.ts. */
export interface ProcessParts {
  readonly countLost: typeof countLost;
  readonly freeSignals: typeof freeSignals;
  readonly isExiting: typeof isExiting;
  readonly onDrained: typeof onDrained;
  readonly onExit: typeof onExit;
  readonly onSignals: typeof onSignals;
  readonly setCodeOfUncaught: typeof setCodeOfUncaught;
}

/** Completes the stacks of errors, which else are those of the host. Registered with debug mode. */
export interface ErrorStacks {
  readonly failed: typeof failed;
  readonly leaveOutLibrary: typeof leaveOutLibrary;
  readonly lowerLimit: typeof lowerLimit;
  readonly noteDeadline: typeof noteDeadline;
  readonly placeOfDeadline: typeof placeOfDeadline;
  readonly raiseLimit: typeof raiseLimit;
}

/** Tells of tasks that go on after a cancellation. Registered with debug mode, and needs none. */
export interface SlowCancellations {
  readonly dropCancel: typeof dropCancel;
  readonly lookAgain: typeof lookAgain;
  readonly noteCancel: typeof noteCancel;
}

export const seams: {
  debug?: DebugMode;
  stacks?: ErrorStacks;
  process?: ProcessParts;
  cancellations?: SlowCancellations;
  tasks?: TaskParts;
  /** Registered by call-stack.ts, for programs that declare coroutines. */
  calls?: Calls;
  /** Registered by compared.ts. */
  identity?: Identity;
  /** Registered by register-timers.ts. */
  setFaked?: typeof setFaked;
  texts?: FullTexts;
  /**
   * Registered by unretrieved.ts, which all that hands out a future imports. A bundle of `sleep()` alone does without, as nothing of it
   * fails: the host tells of a future that a program makes there by way of a timer, and fails.
   */
  unretrievedOf?: typeof unretrievedOf;
  /** Registered by future-windows.ts, when the first window is kept. */
  untaken?: typeof untaken;
  /** Returns the file of the program that calls; see declaring-file.ts. Registered by the executors and by debug mode. */
  declaringFile?: () => string | undefined;
} = {};
