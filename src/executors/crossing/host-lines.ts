/**
 * A seam: `serve()` knows the line of a Web Worker, and the lines that are registered here. Those of threads and processes
 * are registered where a program has threads and processes, so that the bundle of a page's worker does without them.
 */

/** Returns what listens to the line if this is a worker of its kind; undefined if it is not. */
export type FindLine = () => (() => void) | undefined;

export const hostLines: FindLine[] = [];
