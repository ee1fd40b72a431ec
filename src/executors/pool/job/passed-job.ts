import { getEventLoop } from '../../../core/current.ts';
import type { Code, Thrown } from '../../crossing/protocol.ts';
import type { JobFollower, JobOptions } from '../../crossing/submit-options.ts';
import { Job, type JobHolder, type JobOutcome } from './job.ts';

/**
 * A job that came from another program, and whose outcome goes back there. Its error stays taken apart, as it is put together
 * by the program that submitted it, which also knows where that was.
 */
export class PassedJob extends Job {
  readonly #follower: JobFollower | undefined;
  /** The value that its function has thrown. */
  thrown: Thrown | undefined = undefined;

  constructor(code: Code, args: readonly unknown[], options: JobOptions, holder: JobHolder) {
    super(
      getEventLoop(),
      code,
      args,
      options,
      undefined,
      holder,
      performance.now(),
      options.passed?.shipped,
    );
    this.#follower = options.passed?.follower;
  }

  override failWith(thrown: Thrown, place: string): void {
    this.thrown = thrown;
    super.failWith(thrown, place);
  }

  override end(outcome?: JobOutcome): void {
    super.end(outcome);
    this.#follower?.jobOver();
  }

  override settled(): void {
    super.settled();
    this.#follower?.jobSettled();
  }
}
