/** The entry `skein/inspect/server` of Node, Deno and Bun. */
import './register.ts';

export * from '../inspect/server/serve-inspector.ts';
