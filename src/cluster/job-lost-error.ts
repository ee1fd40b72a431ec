import { unexpected } from '../core/expected.ts';
import { nameErrors } from '../errors.ts';
import { registerError } from '../executors/crossing/error-classes.ts';

/**
 * Thrown by the future of a job that the server does not know any more: neither the job nor its outcome is there. The server
 * has lost what it had confirmed (it crashed without having written it down, or somebody deleted it), or the outcome was kept
 * no longer than `keepResult`.
 *
 * The job may have been run, or not.
 */
export class JobLostError extends Error {
  /** Stable: it stays, whatever the class is called in a bundle. */
  readonly code = 'job-lost';
  /** The id of the job. */
  readonly id: string;

  static {
    nameErrors(this, 'JobLostError');
  }

  /** @throws TypeError when the name or the id is no text. */
  constructor(name: string, id: string) {
    for (const text of [name, id]) {
      if (typeof text !== 'string') {
        throw unexpected('new JobLostError', 'the name and the id of a job, two texts', text);
      }
    }
    super(
      `The server expected to know the job \`${name}\` (${id}), but it has neither the job nor its outcome. The job may have been run, or not; submit it again if that does no harm.`,
    );
    this.id = id;
  }
}

registerError(JobLostError, 'skein.JobLostError');
