/** The loops that unit tests run on: virtual ones, of the mode that the environment asks for. */
import { type Coroutine, type EventLoop, type ExceptionContext, eagerTaskFactory } from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { setting } from './hosts.ts';

const eager = setting('SKEIN_TEST_EAGER') === '1';

/** A virtual loop. With SKEIN_TEST_EAGER=1 its tasks make their first step at once. */
export function virtualLoop(): VirtualEventLoop {
  const loop = new VirtualEventLoop();
  if (eager) loop.setTaskFactory(eagerTaskFactory);
  return loop;
}

/** Runs `main` on a loop of its own, where it must not matter whether tasks start at once. */
export function inLoop<T>(main: (loop: VirtualEventLoop) => Coroutine<T>): Promise<T> {
  const loop = virtualLoop();
  return loop.runUntilComplete(main(loop));
}

/** The same where tasks must make their first step in the next iteration, whatever the environment asks for. */
export function inLazyLoop<T>(main: (loop: VirtualEventLoop) => Coroutine<T>): Promise<T> {
  const loop = new VirtualEventLoop();
  return loop.runUntilComplete(main(loop));
}

/** Keeps what goes to the exception handler of `loop`, instead of writing it to the console. */
export function recordReports(loop: EventLoop): ExceptionContext[] {
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => reports.push(context));
  return reports;
}
