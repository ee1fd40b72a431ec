import { runtime } from './node.ts';

/** The runtimes that cannot limit the heap of a worker, for each kind of executor. */
const unlimited: Readonly<Record<string, readonly (typeof runtime)[]>> = {
  ThreadPoolExecutor: ['Bun', 'Deno', 'a browser'],
  ProcessPoolExecutor: ['Bun'],
};

/** @throws TypeError if this runtime would not keep the limit. */
export function checkHeapLimit(kind: string, maxHeapMb: number | undefined): void {
  if (maxHeapMb === undefined || !unlimited[kind]?.includes(runtime)) return;
  throw new TypeError(
    `\`new ${kind}()\` expected no \`maxHeapMb\`, as ${runtime} sets no limit to the heap of such a worker. Leave it out.`,
  );
}
