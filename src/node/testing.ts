/** The entry `skein/testing` of Node, Deno and Bun. */
import './register.ts';
import '../testing/explore/record-failures.ts';

export * from '../testing/index.ts';
