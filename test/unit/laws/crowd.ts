/**
 * Crowds at a primitive: tasks that come, wait, are let in, and are cancelled, many of these in the same iteration of the loop.
 */
import * as fc from 'fast-check';
import { type Coroutine, createTask, type Task } from 'skein';
import { iterations } from '../combinators/helpers.ts';

/**
 * `come`: one more comes at once; `come soon`: in the next iteration; `let go`: what makes room for another (a release, a
 * notification, a put); `cancel`: one of those who are not done, counted from the oldest; `tick`: the loop's next iteration.
 */
export type Action = { readonly do: 'come' | 'come soon' | 'let go' | 'tick' } | Cancel;

interface Cancel {
  readonly do: 'cancel';
  readonly which: number;
}

export const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Action>({ do: 'come' }) },
    { weight: 1, arbitrary: fc.constant<Action>({ do: 'come soon' }) },
    { weight: 3, arbitrary: fc.constant<Action>({ do: 'let go' }) },
    { weight: 3, arbitrary: fc.nat(5).map((which): Action => ({ do: 'cancel', which })) },
    { weight: 2, arbitrary: fc.constant<Action>({ do: 'tick' }) },
  ),
  { maxLength: 25 },
);

/** Those who came, in the order in which they did. */
export class Crowd {
  readonly tasks: Task<void>[] = [];
  readonly #visit: (crowd: Crowd, number: number) => Coroutine<void>;
  #count = 0;

  /** @param visit - What each does; it is given the number of its arrival. */
  constructor(visit: (crowd: Crowd, number: number) => Coroutine<void>) {
    this.#visit = visit;
  }

  /** Those who are not done, and were not asked to stop. */
  get waiting(): Task<void>[] {
    return this.tasks.filter((task) => !task.done() && task.cancelling() === 0);
  }

  /** Does what the actions say, then lets everything come to rest. */
  *act(actions: readonly Action[], letGo: () => void): Coroutine<void> {
    for (const action of actions) {
      if (action.do === 'come') this.come(true);
      else if (action.do === 'come soon') this.come(false);
      else if (action.do === 'let go') letGo();
      else if (action.do === 'tick') yield* iterations(1);
      else this.#cancel((action as Cancel).which);
    }
    yield* iterations(30);
    this.rethrow();
  }

  /** Throws what a visit threw, such as an expectation that was not met. */
  rethrow(): void {
    for (const task of this.tasks) if (task.done() && !task.cancelled()) task.result();
  }

  come(eagerStart: boolean): void {
    const visit = (function* (crowd: Crowd): Coroutine<void> {
      yield* crowd.#visit(crowd, crowd.#count++);
    })(this);
    this.tasks.push(createTask(visit, { eagerStart }));
  }

  #cancel(which: number): void {
    const waiting = this.waiting;
    waiting[which % waiting.length]?.cancel();
  }
}
