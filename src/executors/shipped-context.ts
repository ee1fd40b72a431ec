/** Values of ContextVars on their way to a worker with a job, and there. */
import { Context, type ContextVar, currentContext } from '../core/context.ts';
import { current } from '../core/current.ts';
import { systemHost } from '../core/host.ts';
import { anyShippable, shippableNamed } from '../core/shippable.ts';

/** Names of variables, each followed by its value. */
export type Shipped = readonly unknown[];

/** What was found last: the jobs of one task usually have the same. */
let last: { readonly values: unknown; readonly shipped: Shipped | undefined } | undefined;

/**
 * The values that travel with a job which is submitted now.
 *
 * @throws Error when two variables of one name have values.
 */
export function shippedValues(): Shipped | undefined {
  if (!anyShippable()) return undefined;
  const context = currentContext();
  const { _values: values } = context;
  if (values.size === 0) return undefined;
  if (values !== last?.values) last = { values, shipped: shippedOf(values) };
  return last.shipped;
}

function shippedOf(values: ReadonlyMap<ContextVar<unknown>, unknown>): Shipped | undefined {
  const shipped = new Map<string, unknown>();
  for (const [{ name, shippable }, value] of values) {
    if (!shippable) continue;
    if (shipped.has(name)) {
      throw new Error(
        `Shippable ContextVars are expected to have different names, as workers find them by that, but two are called '${name}' and both have values here. Give one of them another name.`,
      );
    }
    shipped.set(name, value);
  }
  return shipped.size === 0 ? undefined : [...shipped].flat();
}

/** The context that a function of a job with these values runs in. Variables that are not known here have none. */
export function contextOf(shipped: Shipped): Context {
  const context = new Context();
  for (let at = 0; at < shipped.length; at += 2) {
    for (const variable of shippableNamed(shipped[at] as string)) {
      context._with(variable, shipped[at + 1]);
    }
  }
  return context;
}

/** Calls a function such that it, and all that it awaits, is in this context. */
export function carry<R>(context: Context, fn: () => R): R {
  const run = (): R => context.run(fn);
  current.carried ??= systemHost.createAsyncLocal();
  return current.carried === undefined ? run() : current.carried.run(context, run);
}
