import { runtime } from './node.ts';

/** Where the heap of a worker cannot be limited. */
const unlimited: Readonly<Record<string, readonly (typeof runtime)[]>> = {
  ThreadPoolExecutor: ['Bun', 'Deno', 'a browser'],
  ProcessPoolExecutor: ['Bun'],
};

/** @throws TypeError for a limit that nobody would keep. */
export function checkHeapLimit(kind: string, maxHeapMb: number | undefined): void {
  if (maxHeapMb === undefined || !unlimited[kind]?.includes(runtime)) return;
  throw new TypeError(
    `\`new ${kind}()\` expected no \`maxHeapMb\`, as ${runtime} sets no limit to the heap of such a worker. Leave it out.`,
  );
}
