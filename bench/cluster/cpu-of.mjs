import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of a process and all of its threads in ns. Linux only, and 0 elsewhere. Threads that ended are left out. */
export function cpuOf(pid) {
  let sum = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    }
  } catch {
    // Not Linux, or a thread ended just now.
  }
  return sum;
}

/** The same of a process and of those that it has started, as a server of Postgres does for each connection. */
export function cpuOfAll(pid) {
  let sum = cpuOf(pid);
  for (const child of childrenOf(pid)) sum += cpuOfAll(child);
  return sum;
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  } catch {
    return [];
  }
}
