/** The entry `skein/debug` of Node, Deno and Bun, where debug mode is there without it. */
import './register.ts';
