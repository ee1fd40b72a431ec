/**
 * What a lowered `using` calls, as Node 20 and 22 have no native one: `u` and `a` register a resource of
 * `using` and `await using`, `e` keeps what the block threw, `d` disposes of everything, last first.
 */
interface Resource {
  readonly awaited: boolean;
  readonly dispose?: () => unknown;
}

export function usingCtx() {
  const resources: Resource[] = [];
  const nothing = {};
  let failure: unknown = nothing;

  function add(awaited: boolean, value: unknown): unknown {
    const holder = value as { [key: symbol]: unknown } | null | undefined;
    if (holder === null || holder === undefined) {
      if (awaited) resources.push({ awaited });
      return value;
    }
    const method = (awaited && holder[Symbol.asyncDispose]) || holder[Symbol.dispose];
    if (typeof method !== 'function')
      throw new TypeError('Property [Symbol.dispose] is not a function.');
    resources.push({ awaited, dispose: () => method.call(holder) });
    return value;
  }

  function fail(error: unknown): void {
    if (failure === nothing) {
      failure = error;
      return;
    }
    const suppressed = failure;
    failure = Object.assign(new Error('An error was suppressed during disposal.'), {
      name: 'SuppressedError',
      error,
      suppressed,
    });
  }

  function finish(): void {
    if (failure !== nothing) throw failure;
  }

  function dispose(): void | Promise<void> {
    for (let next = resources.pop(); next; next = resources.pop()) {
      try {
        const result = next.dispose?.();
        if (next.awaited) {
          return Promise.resolve(result as void).then(dispose, (error) => {
            fail(error);
            return dispose();
          });
        }
      } catch (error) {
        fail(error);
      }
    }
    finish();
  }

  return {
    get e() {
      return failure;
    },
    set e(error: unknown) {
      fail(error);
    },
    u: (value: unknown) => add(false, value),
    a: (value: unknown) => add(true, value),
    d: dispose,
  };
}
