/** What a program holds, and whether it is level: memory, handles of the system, tasks and waiters of the loop. */
import { readdirSync, readFileSync } from 'node:fs';

const entriesOf = (folder) => {
  try {
    return readdirSync(folder);
  } catch {
    // There is no /proc on this system.
    return [];
  }
};

/** Processes that this one started and that are still there. */
function children() {
  return entriesOf('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid;
    } catch {
      return false;
    }
  });
}

/** @returns The counts of what must not become more. */
export function held({ allTasks, getEventLoop }, longLived) {
  const waiters = longLived?._waiters;
  return {
    resources: process.getActiveResourcesInfo().length,
    threads: entriesOf('/proc/self/task').length,
    processes: children().length,
    fds: entriesOf('/proc/self/fd').length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    tasks: allTasks(getEventLoop()).size,
    waiters: waiters === undefined ? 0 : (waiters.size ?? waiters.length ?? 1),
  };
}

/**
 * Bytes in use, after everything was collected that can be.
 *
 * @param waitsForHost - True after workers were used: Node lets go of one some turns after it has ended (up to 5 kB each).
 */
export async function bytesInUse(waitsForHost = false) {
  for (let times = 0; times < (waitsForHost ? 8 : 2); times++) {
    globalThis.gc();
    // Finalizers run in a turn of the host.
    await new Promise((resolve) => {
      if (waitsForHost) setTimeout(resolve, 30);
      else setImmediate(resolve);
    });
  }
  // Failures that may still be retrieved have a turn of the host, and the loop a timer for it.
  await new Promise((resolve) => setTimeout(resolve, 20));
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}

/**
 * @param before - `{ bytes, held }`, after the warm-up.
 * @param after - The same, `operations` later.
 * @param mostBytes - What an operation may keep at most: noise of the measurement, less than any object.
 * @returns `bytes` that an operation kept, and `grown`, the names of what became more.
 */
export function growthOf(before, after, operations, mostBytes) {
  const bytes = (after.bytes - before.bytes) / operations;
  const grown = Object.keys(before.held).filter((name) => after.held[name] > before.held[name]);
  if (bytes > mostBytes) grown.unshift('bytes');
  return { bytes, grown };
}
