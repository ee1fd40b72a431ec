/**
 * Figures of the library for Prometheus (`prom-client`): what pools, limiters and queues tell by `statistics()`, read when they are
 * asked for, and how long tasks took.
 *
 * - A job that fails or is cancelled is counted by its outcome.
 */
import { Gauge, Histogram, type Registry } from 'prom-client';
import { CancelledError, type CapacityLimiter, currentTask } from 'skein';
import type { ThreadPoolExecutor } from 'skein/executors';

/** Adds gauges of a pool and of a limiter. */
export function observe(
  registry: Registry,
  pool: ThreadPoolExecutor,
  limiter: CapacityLimiter,
): void {
  const registers = [registry];
  new Gauge({
    name: 'pool_workers',
    help: 'Threads, by what they do',
    labelNames: ['state'],
    registers,
    collect() {
      this.reset();
      for (const { state } of pool.statistics().workers) this.inc({ state });
    },
  });
  new Gauge({
    name: 'limiter_waiting',
    help: 'Tasks that wait for a token',
    registers,
    collect() {
      this.set(limiter.statistics().waiting);
    },
  });
}

/** Makes a function that measures a part of a task. */
export function timer(registry: Registry) {
  const seconds = new Histogram({
    name: 'work_seconds',
    help: 'How long it took',
    labelNames: ['name', 'outcome'],
    registers: [registry],
  });
  return async function measured<T>(work: () => Promise<T>): Promise<T> {
    const end = seconds.startTimer({ name: currentTask()?.getName() ?? 'none' });
    try {
      const result = await work();
      end({ outcome: 'done' });
      return result;
    } catch (error) {
      end({ outcome: error instanceof CancelledError ? 'cancelled' : 'failed' });
      throw error;
    }
  };
}
