/**
 * One listener for all that a signal is to cancel, as Node warns of more than ten listeners of one signal.
 *
 * States: listening → over (the signal aborted, or the last callback was taken back).
 */
class SharedListener {
  readonly callbacks = new Set<() => void>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#aborted, { once: true });
  }

  readonly #aborted = (): void => {
    listeners.delete(this.#signal);
    // A callback that is taken back meanwhile is not called.
    for (const callback of this.callbacks) callback();
    this.callbacks.clear();
  };

  remove(callback: () => void): void {
    if (!this.callbacks.delete(callback) || this.callbacks.size > 0) return;
    if (listeners.get(this.#signal) === this) listeners.delete(this.#signal);
    this.#signal.removeEventListener('abort', this.#aborted);
  }
}

const listeners = new WeakMap<AbortSignal, SharedListener>();

/**
 * Calls `callback`, which must not throw, when `signal` aborts. Returns the function that takes this back.
 *
 * @throws what a signal that is no native one throws.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let listener = listeners.get(signal);
  if (listener === undefined) {
    listener = new SharedListener(signal);
    listeners.set(signal, listener);
  }
  const shared = listener;
  shared.callbacks.add(callback);
  return () => shared.remove(callback);
}
