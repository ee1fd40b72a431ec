import { CancelRequest, isRequest } from '../errors/cancel-request.ts';
import { currentTask } from './current.ts';
import { seams } from './seams.ts';

/** Adds to a reason which task asks, and, in debug mode, where. */
export function asked(reason: unknown): unknown {
  const by = currentTask();
  if (by === undefined || isRequest(reason)) return reason;
  return new CancelRequest(reason, by._nameOrNumber, seams.debug?.placeOfCall());
}
