/** The entry `skein/inspect/otel` of Node, Deno and Bun. */
import './register.ts';

export * from '../inspect/exports/otel.ts';
