/** The entry `skein/testing` of Node, Deno and Bun. */
import './register.ts';

export * from '../testing/index.ts';
