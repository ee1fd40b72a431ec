/**
 * One captured scope for all tasks that are made in the same async context, where the host allows it.
 *
 * In Node 24 and later a context is an immutable map that a captured scope merely refers to: tasks that are made in one
 * context cannot tell whether they share a scope. So what is captured in an iteration is kept for others till that ends. Before
 * Node 24, `enterWith()` changes the scope itself, and each task needs its own.
 *
 * There to set a value copies the map, and takes three times as long if something is in it. In most programs nothing is, but the
 * function that runs, in whose place another one is set: so that is left out first. `run()` would also copy the map a second time,
 * to set what was before.
 */
import { current } from './current.ts';
import { type AsyncLocal, type AsyncScope, scopes, systemHost } from './host.ts';
import { chooseCapture, createEntered } from './node-scopes.ts';

interface Values {
  readonly size: number;
  get(local: unknown): unknown;
  has(local: unknown): boolean;
}

type Scope = AsyncScope & { [context: symbol]: Values | undefined };

/** Returns the property of a scope that has its immutable context. It is found by trying. */
function findContext(capture: () => AsyncScope | undefined): symbol | undefined {
  const outside = capture() as Scope | undefined;
  if (outside === undefined) return undefined;
  // Where it is undefined while no context is set, it holds nothing but the context.
  const [context] = Object.getOwnPropertySymbols(outside).filter(
    (key) => outside[key] === undefined,
  );
  if (context === undefined) return undefined;
  const probe = systemHost.createAsyncLocal<string>() as AsyncLocal<string> & { disable?(): void };
  const [one, two] = probe.run('probe', () => [capture() as Scope, capture() as Scope]);
  const found = one?.[context] as Partial<Values> | undefined;
  const isShared = found === two?.[context] && found?.get?.(probe) === 'probe';
  if (one !== undefined) one[context] = undefined;
  const isLeftOut = one?.runInAsyncScope(() => probe.getStore(), undefined) === undefined;
  probe.disable?.();
  return isShared && isLeftOut && found?.has?.(probe) && found.size === 1 ? context : undefined;
}

function enterAndCall<R>(this: AsyncLocal<unknown>, store: unknown, fn: () => R): R {
  this.enterWith?.(store);
  return fn();
}

const capture = chooseCapture();
systemHost.captureScope = capture;
systemHost.createAsyncLocal = createEntered;
const context = findContext(capture);

if (context !== undefined) {
  let kept: Scope | undefined;
  // A scope that is kept would keep the task alive that its context leads to.
  scopes.forget = () => {
    kept = undefined;
  };
  const shared = (scope: Scope): Scope => {
    if (current.loop === undefined) return scope;
    if (kept === undefined || kept[context] !== scope[context]) kept = scope;
    return kept;
  };
  /** Captures the context. If nothing is in it but the value of `local`, that is left out. */
  const captureOthers = (local: unknown): Scope => {
    const scope = capture() as Scope;
    const values = scope[context];
    if (values?.size === 1 && values.has(local)) scope[context] = undefined;
    return scope;
  };
  systemHost.captureScope = (isEntered) =>
    shared(isEntered ? captureOthers(current.asyncLocal) : (capture() as Scope));
  systemHost.createAsyncLocal = <T>() => {
    const local = createEntered<T>();
    if (local?.enterWith === undefined) return local;
    local.run = (store, fn) => {
      if (local.getStore() === store) return fn();
      const scope = captureOthers(local);
      if (scope[context] === undefined && store === undefined)
        return scope.runInAsyncScope(fn, undefined);
      return scope.runInAsyncScope(
        enterAndCall<ReturnType<typeof fn>>,
        local as AsyncLocal<unknown>,
        store,
        fn,
      );
    };
    return local;
  };
}
