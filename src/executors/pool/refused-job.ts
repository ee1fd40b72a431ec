/** The error of a job that could not be sent to its worker. */
import { findAtFault } from '../crossing/cloneable.ts';
import { partOf } from '../crossing/errors.ts';
import { unmovable } from '../crossing/transfer.ts';
import { UnsendableError } from '../crossing/unsendable.ts';
import type { Job } from './job/job.ts';

/** Fails a job of which the line has thrown `cause`. */
export function failRefused(job: Job, cause: unknown): void {
  const reason = safeReasonOf(job, cause);
  job.failHere(
    new TypeError(
      `The executor expected \`${job.name}\` to be given values that can be copied to a worker, but ${reason}. Pass plain data, and make the rest where it is used.`,
      { cause },
    ),
  );
}

/** To look at the values may call code of the program, which may throw. */
function safeReasonOf(job: Job, cause: unknown): string {
  try {
    return reasonOf(job, cause);
  } catch {
    return partOf(cause);
  }
}

function reasonOf({ args, code, transfer, shipped = [] }: Job, cause: unknown): string {
  if (cause instanceof UnsendableError && cause.refuse === undefined) {
    return `something in \`transfer\` ${cause.message}`;
  }
  const found =
    code.chunked === true
      ? findAtFault(args[0], 'inputs', cause)
      : findAtFault(args, 'args', cause, transfer);
  const reason = unmovable(transfer) ?? found;
  if (reason !== undefined) return reason;
  for (let at = 0; at < shipped.length; at += 2) {
    const name = String(shipped[at]);
    const found = findAtFault(shipped[at + 1], name, cause);
    if (found !== undefined) return `${found} (ContextVar '${name}' travels along)`;
  }
  return partOf(cause);
}
