/** The entry `skein/executors/worker` of Node, Deno and Bun. */
import './register.ts';

export * from '../executors/worker.ts';
