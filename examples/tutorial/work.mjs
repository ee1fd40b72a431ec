/**
 * Functions that run in threads. A worker loads this module and finds them by their names, so they may use all that
 * is in it: imports, constants, other functions. Plain JavaScript, as Node 20 cannot load TypeScript in a worker.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { declareFunctions } from 'skein/executors';

export const { sha256 } = declareFunctions(import.meta.url, {
  /** @param {string} file */
  sha256(file) {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  },
});
