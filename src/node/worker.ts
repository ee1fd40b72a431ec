/** The entry `skein/executors/worker` of Node, Deno and Bun. */
import './register.ts';
import '../executors/lines/register-host-lines.ts';

export * from '../executors/worker.ts';
