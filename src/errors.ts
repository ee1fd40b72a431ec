/**
 * The errors a program can decide on, one class for each decision. Each has a stable `code`.
 *
 * Misuse (a wrong argument, a call in the wrong state of the program) is a plain `TypeError`, `RangeError`
 * or `Error`: there is nothing to decide on but the code that made it.
 *
 * The classes are in several files: a bundler keeps a class with a static block, used or not, but leaves out a whole file.
 */
export { BrokenBarrierError } from './errors/broken-barrier-error.ts';
export { CancelledError } from './errors/cancelled-error.ts';
export {
  ChannelBroken,
  ChannelClosed,
  ChannelEmpty,
  ChannelFull,
  EndOfChannel,
} from './errors/channel-errors.ts';
export { KeyboardInterrupt, SystemExit } from './errors/ending-errors.ts';
export { InvalidStateError } from './errors/invalid-state-error.ts';
export { knownAcrossCopies, nameErrors } from './errors/names-of-errors.ts';
export { QueueEmpty, QueueFull, QueueShutDown } from './errors/queue-errors.ts';
export { SupersededError } from './errors/superseded-error.ts';
export { TimeoutError } from './errors/timeout-error.ts';
