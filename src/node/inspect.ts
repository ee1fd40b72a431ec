/** The entry `skein/inspect` of Node, Deno and Bun. */
import './register.ts';

export * from '../inspect/index.ts';
