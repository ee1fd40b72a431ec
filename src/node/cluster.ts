/** The entry `skein/cluster`, which is there in Node, Deno and Bun only. */
import './register.ts';

export * from '../cluster/index.ts';
