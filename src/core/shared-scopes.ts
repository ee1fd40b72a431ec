/**
 * One captured scope for all tasks that are made in the same async context, where the host allows it.
 *
 * In Node 24 and later a context is an immutable map that a captured scope merely refers to: tasks that are made in one
 * context cannot tell whether they share a scope. So what is captured in an iteration is kept for others till that ends. Before
 * Node 24, `enterWith()` changes the scope itself, and each task needs its own.
 */
import { current } from './current.ts';
import { type AsyncLocal, type AsyncScope, scopes, systemHost } from './host.ts';
import { chooseCapture, createEntered } from './node-scopes.ts';

type Scope = AsyncScope & { readonly [context: symbol]: unknown };

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
  const found = one?.[context] as { get?(key: unknown): unknown } | undefined;
  const isShared = found === two?.[context] && found?.get?.(probe) === 'probe';
  probe.disable?.();
  return isShared ? context : undefined;
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
  systemHost.captureScope = () => {
    const scope = capture() as Scope;
    if (current.loop === undefined) return scope;
    if (kept === undefined || kept[context] !== scope[context]) kept = scope;
    return kept;
  };
}
