/**
 * The entry `skein/debug`: debug mode and the stacks of tasks, for bundles. In Node, Deno and Bun they are there without it.
 *
 * @example
 * ```ts
 * import 'skein/debug';
 * import { run, sleep } from 'skein';
 *
 * await run(() => sleep(1, 'done'), { debug: true }); // => 'done'
 * ```
 */
import './core/debug/register.ts';
