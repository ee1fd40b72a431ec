/**
 * A job may close the descriptor of its process's line to the program, and the next file that it opens gets the same number. The
 * host knows nothing of that, and would write messages into that file.
 */
import { builtin, runtime } from '../../crossing/node.ts';

/** The descriptor of the line in Node: it follows the input and the two outputs. */
const lineFd = 3;

/** Returns what tells if the descriptor is still that of the line. It takes about a microsecond. */
export function identifyLine(): () => boolean {
  // Kept here, as a job may replace it.
  const statOf = runtime === 'Node' ? builtin('node:fs')?.fstatSync : undefined;
  if (statOf === undefined) return () => true;
  try {
    const { dev, ino } = statOf(lineFd);
    return () => {
      try {
        const now = statOf(lineFd);
        return now.ino === ino && now.dev === dev;
      } catch {
        return false;
      }
    };
  } catch {
    // The line has another number here.
    return () => true;
  }
}
