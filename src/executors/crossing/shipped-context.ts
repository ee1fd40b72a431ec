/** Values of ContextVars that travel to a worker with a job. */
import { Context, currentContext, setIn } from '../../core/context.ts';
import type { ContextVar } from '../../core/context-var.ts';
import { current } from '../../core/current.ts';
import { systemHost } from '../../core/host.ts';
import { anyShippable, shippableNamed } from '../../core/shippable.ts';

/** A list of the names of variables, each followed by its value. */
export type Shipped = readonly unknown[];

/** Stands first in the list, in the place of the name of a variable, if the job has an id. The id follows. */
export const jobIdName = 'skein.job-id';

/** Returns the id of the job that these values came with. */
export function jobIdIn(shipped: Shipped): string | undefined {
  return shipped[0] === jobIdName ? (shipped[1] as string) : undefined;
}

/** The last values that were asked for: the jobs of one task usually have the same. */
let last: { readonly values: unknown; readonly shipped: Shipped | undefined } | undefined;

/**
 * Returns the values that travel with a job that is submitted now.
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

/** Returns the context in which a worker runs a job with these values. Variables that the worker does not know are left out. */
export function contextOf(shipped: Shipped): Context {
  const context = new Context();
  for (let at = 0; at < shipped.length; at += 2) {
    for (const variable of shippableNamed(shipped[at] as string)) {
      setIn(context, variable, shipped[at + 1]);
    }
  }
  return context;
}

/** Calls a function in this context; what the function awaits runs in it too. */
export function carry<R>(context: Context, fn: () => R): R {
  const run = (): R => context.run(fn);
  current.carried ??= systemHost.createAsyncLocal();
  return current.carried === undefined ? run() : current.carried.run(context, run);
}
