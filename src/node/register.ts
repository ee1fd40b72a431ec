/**
 * What Node, Deno and Bun have without being asked: debug mode, the end of the process with its signals, and the default executor. Every
 * entry of theirs imports this module. Bundles for pages do not, see core/seams.ts.
 */
import '../core/debug/register.ts';
import '../core/register-process.ts';
import { registerDefaultExecutor } from '../executors/default-executor.ts';

// Imported dynamically, so that programs without blocking work never load the executors.
registerDefaultExecutor(async () => {
  const { ThreadPoolExecutor } = await import('../executors/thread-pool-executor.ts');
  return new ThreadPoolExecutor();
});
