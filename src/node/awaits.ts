/** The entry `skein/transform/awaits` of Node, Deno and Bun. */
import './register.ts';

export * from '../awaits.ts';
