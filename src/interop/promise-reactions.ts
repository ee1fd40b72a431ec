/**
 * Follows promises. A promise cannot drop a reaction: it refers to every callback of its `then()` as long as it is pending.
 * So a promise has one reaction for all that follow it here, and these may leave.
 */

/** Is told of the outcome of a promise. Must not throw. */
export interface Follower {
  fulfilled(value: unknown): void;
  rejected(reason: unknown): void;
}

const reactions = new WeakMap<object, Set<Follower>>();

/** True for promises of any realm. Other thenables may do work in `then()`: each call of that is meant. */
function isPromise(promise: PromiseLike<unknown>, resolved: Promise<unknown>): boolean {
  if (resolved === promise) return true;
  try {
    return Object.prototype.toString.call(promise) === '[object Promise]';
  } catch {
    // A thenable with a tag that throws. It is called later, by the host.
    return false;
  }
}

/**
 * Tells `follower` of the outcome of `promise`, in a microtask. Returns the function that takes this back.
 *
 * @throws what the promise throws when it is asked for its constructor.
 */
export function followPromise(promise: PromiseLike<unknown>, follower: Follower): () => void {
  const resolved = Promise.resolve(promise);
  const key = isPromise(promise, resolved) ? promise : resolved;
  const followers = reactions.get(key) ?? react(key, resolved);
  followers.add(follower);
  return () => void followers.delete(follower);
}

function react(key: object, resolved: Promise<unknown>): Set<Follower> {
  const followers = new Set<Follower>();
  // The `then` of the host: one of the promise's own might throw, or call back twice.
  Promise.prototype.then.call(
    resolved,
    (value: unknown) => {
      reactions.delete(key);
      for (const follower of followers) follower.fulfilled(value);
    },
    (reason: unknown) => {
      reactions.delete(key);
      for (const follower of followers) follower.rejected(reason);
    },
  );
  reactions.set(key, followers);
  return followers;
}
