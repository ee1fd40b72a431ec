/**
 * What a task cannot go below that is a generator and keeps the async context of its making: a generator, an AsyncResource
 * and a place for the result, stepped from one list in one microtask.
 *
 * It is no library. Such a task has no name and no mark, and stands in no list of tasks; it cannot be awaited, nor cancelled
 * for good; deadlines are rounded, and the host has no turn before all is done.
 */
import { AsyncResource } from 'node:async_hooks';

/** How many of the list are done before they are dropped from it. */
const block = 4096;

function step() {
  this.step();
}

export class Stepped {
  coroutine;
  list;
  scope = new AsyncResource('limit');
  value = undefined;
  error = undefined;

  constructor(coroutine, list) {
    this.coroutine = coroutine;
    this.list = list;
    list.ready.push(this);
  }

  /** One that ends in its first step, inside this call, and needs no async context. */
  static once(coroutine) {
    return { coroutine: undefined, value: coroutine.next().value, error: undefined };
  }

  run() {
    this.scope.runInAsyncScope(step, this);
  }

  step() {
    const { coroutine, error } = this;
    this.error = undefined;
    try {
      const { done, value } = error === undefined ? coroutine.next() : coroutine.throw(error);
      if (done) this.end(value, undefined);
      else if (value === undefined) this.list.ready.push(this);
      else value.add(this);
    } catch (thrown) {
      this.end(undefined, thrown);
    }
  }

  end(value, error) {
    this.coroutine = undefined;
    this.scope = undefined;
    this.value = value;
    this.error = error;
  }
}

/** Something to wait for, its own iterator. */
export class Place {
  done = false;
  waiters = undefined;

  [Symbol.iterator]() {
    return this;
  }

  get value() {
    return this.done ? undefined : this;
  }

  next() {
    return this;
  }

  throw(error) {
    throw error;
  }

  add(waiter) {
    if (this.waiters === undefined) this.waiters = waiter;
    else if (Array.isArray(this.waiters)) this.waiters.push(waiter);
    else this.waiters = [this.waiters, waiter];
  }
}

export class List {
  ready = [];
  /** The sleepers, by the millisecond. */
  sleeping = new Map();
  deadlines = new Map();

  settle(place) {
    place.done = true;
    if (Array.isArray(place.waiters)) for (const waiter of place.waiters) this.ready.push(waiter);
    else this.ready.push(place.waiters);
  }

  throwInto(task, error) {
    task.error = error;
    this.ready.push(task);
  }

  sleep(ms) {
    return put(this.sleeping, ms);
  }

  /** A deadline that is never met. */
  setDeadline(ms) {
    return put(this.deadlines, ms);
  }

  /** @returns What `answer()` says once nothing is ready and nobody sleeps. */
  async run(answer) {
    await null;
    for (;;) {
      this.stepAll();
      if (this.sleeping.size === 0) return answer();
      const next = Math.min(...this.sleeping.keys());
      await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
      for (const place of this.sleeping.get(next)) this.settle(place);
      this.sleeping.delete(next);
    }
  }

  stepAll() {
    const { ready } = this;
    let at = 0;
    while (at < ready.length) {
      ready[at++].run();
      if (at < block) continue;
      ready.splice(0, at);
      at = 0;
    }
    ready.splice(0, at);
  }
}

function put(places, ms) {
  const when = Math.ceil(performance.now() + ms);
  const place = new Place();
  const others = places.get(when);
  if (others === undefined) places.set(when, [place]);
  else others.push(place);
  return place;
}

/** An error without a stack. */
export function interruption() {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new Error('cancelled');
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
