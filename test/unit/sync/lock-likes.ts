import { BoundedSemaphore, Condition, type Coroutine, Lock, Semaphore } from 'skein';

export type LockLike = Lock | Condition | Semaphore;

/** What is acquired and released, each free once. */
export const lockLikes: { name: string; create: () => LockLike }[] = [
  { name: 'Lock', create: () => new Lock() },
  { name: 'Condition', create: () => new Condition() },
  { name: 'Semaphore', create: () => new Semaphore() },
  { name: 'BoundedSemaphore', create: () => new BoundedSemaphore() },
];

export function* acquire(lock: LockLike): Coroutine<LockLike> {
  return yield* lock.acquire();
}

export function* nothing() {}
