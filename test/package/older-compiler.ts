import { createRequire } from 'node:module';

/** Returns the compiler of TypeScript 5.6, the oldest that the package promises to work with. are-the-types-wrong brings it along. */
export function olderCompiler(): string {
  const cli = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json');
  const core = createRequire(cli).resolve('@arethetypeswrong/core');
  return createRequire(core).resolve('typescript/bin/tsc');
}
