/** The entry `skein/testing/fast-check` of Node, Deno and Bun. */
import './register.ts';

export * from '../testing/fast-check/index.ts';
