/**
 * The ContextVars whose values travel to the workers of executors. A worker finds its own variable by the name, so two
 * variables of a program must not have the same name.
 *
 * Kept on `globalThis`, as a worker may load the program's copy of this package beside its own.
 */
import { copyContext } from './context.ts';
import type { ContextVar } from './context-var.ts';
import { seams } from './seams.ts';

interface Declared {
  readonly file: string | undefined;
  readonly variables: WeakRef<ContextVar<unknown>>[];
  /** Collected ones are dropped when there are so many: a search for each new one would take n² steps. */
  dropAt: number;
}

const fewest = 8;

const key = Symbol.for('skein.shippable/0');
const shared = globalThis as unknown as Record<symbol, Map<string, Declared> | undefined>;
shared[key] ??= new Map();
const byName: Map<string, Declared> = shared[key];

/** Tells whether there is a shippable variable. Programs without one pay for this question only. */
export function anyShippable(): boolean {
  return byName.size > 0;
}

/**
 * Notes a shippable variable under its name.
 *
 * @throws Error when another module has a shippable variable of that name.
 */
export function declareShippable(variable: ContextVar<unknown>): void {
  const { name } = variable;
  const file = seams.declaringFile?.();
  const before = byName.get(name);
  if (before !== undefined && before.file === file && before.variables.length < before.dropAt) {
    before.variables.push(new WeakRef(variable));
    return;
  }
  const living = before?.variables.filter((each) => each.deref() !== undefined) ?? [];
  // One module may be loaded twice: by a development server, or by a test runner and then by a worker.
  if (living.length > 0 && file !== undefined && (before?.file ?? file) !== file) {
    throw new Error(
      `ContextVar '${name}' expected a name that no other shippable variable has, as workers find it by that, but ${before?.file} declares one too. Import that one, or give this one another name: '${name}2'.`,
    );
  }
  living.push(new WeakRef(variable));
  byName.set(name, { file, variables: living, dropAt: Math.max(2 * living.length, fewest) });
}

/** Returns the variables of that name: one, unless its module was loaded twice. */
export function shippableNamed(name: string): ContextVar<unknown>[] {
  const variables = byName.get(name)?.variables ?? [];
  return variables.map((each) => each.deref()).filter((each) => each !== undefined);
}

/** Returns `fn` bound to a copy of the current context; `fn` itself if the program has no shippable variable. */
export function inContextOfNow<R>(fn: () => R): () => R {
  if (!anyShippable()) return fn;
  const context = copyContext();
  return () => context.run(fn);
}
