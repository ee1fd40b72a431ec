/**
 * Mistakes that somebody could make in a primitive: the file, a text in it, and what takes its place. `changesNothing` says why a
 * program cannot see one.
 */
export const mutations = [
  {
    says: 'a lock: a woken task that is cancelled keeps the wake-up',
    file: 'sync/lock.ts',
    from: 'if (error instanceof CancelledError && !this.#locked) this.#waiters.wakeFirst();',
    to: '',
  },
  {
    says: 'a lock: a newcomer overtakes a woken task',
    file: 'sync/lock.ts',
    from: 'if (this.#locked || this.#waiters.anyLive) return false;',
    to: 'if (this.#locked) return false;',
  },
  {
    says: 'a lock: a release wakes no task',
    file: 'sync/lock.ts',
    from: '    this.#holder = undefined;\n    this.#waiters.wakeFirst();',
    to: '    this.#holder = undefined;',
  },
  {
    says: 'a semaphore: a woken task that is cancelled keeps its slot',
    file: 'sync/semaphore.ts',
    from: 'if (error instanceof CancelledError && future?.done() && !future.cancelled()) this._value++;',
    to: '',
  },
  {
    says: 'a semaphore: a task that leaves wakes no other',
    file: 'sync/semaphore.ts',
    from: 'while (this._value > 0 && this.#wakeNext());',
    to: '',
  },
  {
    says: 'a semaphore: a woken task takes no slot',
    file: 'sync/semaphore.ts',
    from: '    if (!this.#waiters.wakeNext()) return false;\n    this._value--;',
    to: '    if (!this.#waiters.wakeNext()) return false;',
  },
  {
    says: 'a condition: a cancelled task goes on without the lock',
    file: 'sync/condition.ts',
    from: '        cancelled = error;\n',
    to: '        throw error;\n',
  },
  {
    says: 'a condition: a notified task that is cancelled keeps the notification',
    file: 'sync/condition.ts',
    from: '      this.#notify(1);\n      throw error;',
    to: '      throw error;',
  },
  {
    says: 'a condition: a woken task goes on without the lock',
    file: 'sync/condition.ts',
    from: '        yield* this.#acquireAgain();\n',
    to: '',
  },
  {
    says: 'an event: set() wakes one task only',
    file: 'sync/event.ts',
    from: 'this.#waiters.wakeAll();',
    to: 'this.#waiters.wakeNext();',
  },
  {
    says: 'a barrier: a cancelled task still counts',
    file: 'sync/barrier.ts',
    from: '      this.#count--;\n      this.#leave();',
    to: '      if (this.#state !== "filling") this.#count--;\n      this.#leave();',
  },
  {
    says: 'a barrier: the last one that leaves does not open it again',
    file: 'sync/barrier.ts',
    from: "if (this.#state === 'resetting' || this.#state === 'draining') this.#state = 'filling';",
    to: "if (this.#state === 'resetting') this.#state = 'filling';",
  },
  {
    says: 'a queue: a released task that is cancelled keeps its turn',
    file: 'queues/queue.ts',
    from: 'if (!future.cancelled()) this.#passOn(waiters, possible);',
    to: '',
  },
  {
    says: 'a queue: an item that is taken lets no task put another',
    file: 'queues/queue.ts',
    from: '    this.#putters.releaseNext();\n    return item;',
    to: '    return item;',
  },
  {
    says: 'a queue: shutdown() leaves those waiting that put',
    file: 'queues/queue.ts',
    from: '    this.#getters.releaseAll();\n    this.#putters.releaseAll();',
    to: '    this.#getters.releaseAll();',
  },
  {
    says: 'a queue: the work counts as done one item too early',
    file: 'queues/queue.ts',
    from: 'if (this.#unfinished === 0) this.#finished.set();\n  }\n\n  /** Waits until `taskDone()`',
    to: 'if (this.#unfinished <= 1) this.#finished.set();\n  }\n\n  /** Waits until `taskDone()`',
  },
  {
    says: 'a timeout: it takes a cancellation from outside for its own',
    file: 'combinators/timeout.ts',
    from: 'return cancelledByOthers ? error : this.#withTimeoutError(error);',
    to: 'return this.#withTimeoutError(error);',
  },
  {
    says: 'a timeout: it does not take its request back',
    file: 'combinators/timeout.ts',
    from: '(this.#task as Task<unknown>).uncancel() > this.#cancelling',
    to: '(this.#task as Task<unknown>).cancelling() > this.#cancelling + 1',
  },
  {
    says: 'a group: it waits for its tasks only until it is cancelled',
    file: 'groups/task-group.ts',
    from: 'while (this.#tasks.size > 0) {\n      this.#childrenDone',
    to: 'while (this.#tasks.size > 0 && last === undefined) {\n      this.#childrenDone',
  },
  {
    says: 'a group: the failure of a task is dropped',
    file: 'groups/task-group.ts',
    from: '    this.#errors.push(error);\n',
    to: '',
  },
  {
    says: 'a group: the failure of the body leaves the tasks running',
    file: 'groups/task-group.ts',
    from: '      if (!this.#aborting) this.#abort();\n    }\n    this.#exiting = true;',
    to: '    }\n    this.#exiting = true;',
  },
  {
    says: 'a group: a cancellation while it waits does not reach its tasks',
    file: 'groups/task-group.ts',
    from: '          first = error;\n          this.#abort();',
    to: '          first = error;',
  },
  {
    says: 'a group: it takes new tasks while it shuts down',
    file: 'groups/task-group.ts',
    from: "    if (this.#aborting) throw this.#refusal(source, 'is shutting down');\n",
    to: '',
  },
  {
    says: 'a group: it keeps the request with which it cancelled its parent',
    file: 'groups/task-group.ts',
    from: '      if (this.#parent.uncancel() === 0) cancellation = undefined;',
    to: '      if (this.#parent.cancelling() === 1) cancellation = undefined;',
  },
  {
    says: 'shield: it cancels what it protects',
    file: 'combinators/shield.ts',
    from: '    listening.leave();\n',
    to: '    listening.leave();\n    inner.cancel();\n',
  },
  {
    says: 'gather: a cancellation reaches no child',
    file: 'combinators/gather.ts',
    from: '      futures: this.children,\n',
    to: '      futures: [],\n',
  },
  {
    says: 'gather: it forgets that it was cancelled',
    file: 'combinators/gather.ts',
    from: 'this.cancelRequested = true;',
    to: 'this.cancelRequested = false;',
  },
  {
    says: 'wait: FIRST_COMPLETED waits for all',
    file: 'combinators/wait.ts',
    from: '      unfinished > 0 &&\n      returnWhen !== FIRST_COMPLETED &&',
    to: '      unfinished > 0 &&',
  },
  {
    says: 'a lock: a failure that is no cancellation passes the wake-up on too',
    file: 'sync/lock.ts',
    from: 'error instanceof CancelledError && !this.#locked',
    to: '!this.#locked',
    changesNothing:
      'the future of a waiter ends with a result or a CancelledError, never with another error',
  },
];
