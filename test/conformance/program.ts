/**
 * Programs, as cpython/generator.py makes them: trees of statements. A statement is its operation, then the operands.
 *
 * Slots (`t0` …, `f0` …) are variables of the whole program that hold futures; a statement about an empty one does nothing.
 */

/** The name of a variable. */
export type Slot = string;
/** Milliseconds, whole. */
type Duration = number;
type MaybeDuration = Duration | null;
/** What to wait for: what a slot holds, or a coroutine made of a body. */
export type Item = { readonly slot: Slot } | { readonly body: Body };
export type Body = readonly Statement[];
type ReturnCondition = 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION';

type Statement =
  // Flow
  | readonly ['log', text: string]
  | readonly ['sleep', Duration]
  | readonly ['yield']
  | readonly ['raise', name: string]
  | readonly ['return', value: number]
  | readonly [
      'try',
      body: Body,
      onCancel: 'swallow' | 'reraise' | 'none' | 'uncancel',
      onError: 'swallow' | 'none',
      finallyBody: Body,
    ]
  // Tasks
  | readonly ['spawn', Slot, Body]
  | readonly ['spawn_eager', Slot, Body, eager: boolean]
  | readonly ['spawn_in', Slot, Body, context: string]
  | readonly ['await', Slot]
  | readonly ['state', Slot]
  | readonly ['all_tasks']
  | readonly ['cancel', Slot, message: string | null]
  | readonly ['cancel_later', Duration, Slot]
  | readonly ['cancel_self']
  | readonly ['uncancel']
  | readonly ['cancelling']
  // Combining
  | readonly ['gather', readonly Item[], returnExceptions: boolean]
  | readonly ['gather_as', Slot, readonly Item[], returnExceptions: boolean]
  | readonly ['wait', readonly Slot[], timeout: MaybeDuration, ReturnCondition]
  | readonly ['wait_for', Item, timeout: MaybeDuration]
  | readonly ['shield', Item]
  | readonly ['shield_as', Slot, Item]
  | readonly ['as_completed', readonly Slot[], timeout: MaybeDuration]
  | readonly ['as_completed_at_once', readonly Slot[], timeout: MaybeDuration]
  // Scopes
  | readonly ['timeout', MaybeDuration, Body, rescheduled: MaybeDuration]
  | readonly ['reschedule', MaybeDuration]
  | readonly ['group', children: readonly (readonly [Slot, Body])[], Body]
  | readonly ['group_spawn', Slot, Body]
  // Futures and callbacks
  | readonly ['fut', Slot]
  | readonly ['set_result', Slot, value: number]
  | readonly ['set_exc', Slot, name: string]
  | readonly ['call_later', Duration, Slot, value: number]
  | readonly ['add_cb', Slot, name: string]
  | readonly ['rm_cb', Slot, name: string]
  | readonly ['cb_cancel', Slot, victim: Slot]
  | readonly ['cb_raise', Slot, name: string]
  // Synchronisation
  | readonly ['with_lock', lock: string, Body]
  | readonly ['with_sem', semaphore: string, Body]
  | readonly ['acquire', lock: string]
  | readonly ['release', lock: string]
  | readonly ['event_wait' | 'event_set' | 'event_clear', event: string]
  | readonly ['barrier' | 'barrier_reset' | 'barrier_abort', barrier: string]
  | readonly ['cond_wait', condition: string]
  | readonly ['cond_notify', condition: string, n: number]
  | readonly ['cond_until', n: number]
  | readonly ['cond_bump', n: number]
  // Queues
  | readonly ['put' | 'put_nowait', queue: string, value: number]
  | readonly ['get' | 'get_nowait' | 'task_done' | 'join', queue: string]
  | readonly ['shutdown', queue: string, immediate: boolean]
  // Contexts
  | readonly ['ctx_set', variable: string, value: number]
  | readonly ['ctx_get', variable: string]
  | readonly ['ctx_cb', Slot, context: string | null];

export type Operation = Statement[0];

/** The operands of an operation. */
export type Operands<O extends Operation> =
  Extract<Statement, { readonly 0: O }> extends infer S
    ? S extends readonly [Operation, ...infer Rest]
      ? Rest
      : never
    : never;

export interface Program {
  readonly seed: number;
  readonly main: Body;
}

/** What happened, an event a line: `time|task|event`. */
export type Trace = readonly string[];
