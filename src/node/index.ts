/** The entry `skein` of Node, Deno and Bun. */
import './register.ts';

export * from '../index.ts';
