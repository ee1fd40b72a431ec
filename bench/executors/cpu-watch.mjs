/** CPU time of the program, of its threads and of the processes that it started. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts the time of other processes in ticks: a hundred a second. */
const tick = 1e7;

export class CpuWatch {
  /** In ns, after something was measured. */
  ofOperation;

  /**
   * @param work - Does `operations` of them; is called at once.
   * @returns What it returned.
   */
  async during(operations, work) {
    const before = { own: process.cpuUsage(), children: ofChildren() };
    const result = await work();
    const { user, system } = process.cpuUsage(before.own);
    this.ofOperation = ((user + system) * 1000 + ofChildren() - before.children) / operations;
    return result;
  }
}

/** In ns; that of processes that ended is left out. Where the system has no `/proc`, 0. */
function ofChildren() {
  let sum = 0;
  for (const pid of processes()) {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name of the program, in parentheses, may have blanks.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[1]) === process.pid)
        sum += (Number(fields[11]) + Number(fields[12])) * tick;
    } catch {
      // It ended just now.
    }
  }
  return sum;
}

function processes() {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
