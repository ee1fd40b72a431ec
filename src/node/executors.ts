/** The entry `skein/executors` of Node, Deno and Bun. */
import './register.ts';

export * from '../executors/index.ts';
