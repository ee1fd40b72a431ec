import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { testInRuntimes } from './runtimes.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = fileURLToPath(new URL('cancelled-error.mjs', import.meta.url));

describe('a CancelledError lists its code and reason, and not its stack', () => {
  testInRuntimes(program, [join(root, 'dist/index.js')], 'code reason; CancelledError: enough');
});
