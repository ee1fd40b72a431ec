/** How values, errors and outcomes are written in a trace. cpython/texts.py writes them the same way. */
import {
  BrokenBarrierError,
  CancelledError,
  type Future,
  InvalidStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  type Task,
  TimeoutError,
} from 'skein';

/** What the statement `raise` throws. */
export class ProgramError extends Error {}

/** How the statement `return` leaves nested bodies. */
export class Return {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** The first that matches names the error; whatever else Python calls a RuntimeError is a plain Error here. */
const names = [
  [TimeoutError, 'Timeout'],
  [InvalidStateError, 'InvalidState'],
  [QueueShutDown, 'QueueShutDown'],
  [QueueEmpty, 'QueueEmpty'],
  [QueueFull, 'QueueFull'],
  [BrokenBarrierError, 'BrokenBarrier'],
  [RangeError, 'ValueError'],
] as const;

export function show(error: unknown): string {
  if (error instanceof CancelledError) return `Cancelled(${error.message})`;
  if (error instanceof AggregateError) return `Group[${error.errors.map(show).join(',')}]`;
  if (error instanceof ProgramError) return `Error(${error.message})`;
  if (error instanceof Return) return `Return:${error.value}`;
  for (const [kind, name] of names) if (error instanceof kind) return name;
  if (error?.constructor === Error) return 'RuntimeError';
  return String(error);
}

export function valueText(value: unknown): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`;
  return value instanceof Error || value instanceof Return ? show(value) : String(value);
}

export function outcome(future: Future<unknown>): string {
  if (!future.done()) return 'pending';
  if (future.cancelled()) return 'cancelled';
  const error = future.exception();
  if (error !== undefined) return `raised ${show(error)}`;
  return `returned ${valueText(future.result())}`;
}

/** Automatic names are numbered through the whole process, which says nothing about the program. */
export function taskName(task: Task<unknown> | undefined): string {
  return task?.getName().replace(/^Task-.*/, 'Task') ?? '-';
}
