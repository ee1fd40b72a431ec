/**
 * `skein worker ./work.js`: a server of a cluster, which runs the functions that modules export.
 *
 * ```text
 *   starting ──▶ serving ── SIGTERM, SIGINT ──▶ draining ── no job runs any more ──▶ ended
 *                                                  │                                   ▲
 *                                                  └── the second signal: jobs are ended ┘
 * ```
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type ServeOptions, type Server, serveCluster } from '../cluster/serve-cluster.ts';
import { isClass } from '../core/function-kind.ts';
import { declareFunctions } from '../executors/crossing/declare-functions.ts';
import { type AnyFunction, referenceOf } from '../executors/crossing/portable-function.ts';
import { print } from './print.ts';
import { sentence } from './program-arguments.ts';
import { UsageError } from './usage-error.ts';

const help = `Usage: skein worker <module…> --queue <name> [options]

Serves the functions that the modules export to the queue, until SIGTERM or SIGINT comes. Then it takes no more jobs, and
ends once those that run are over. A second signal ends them: idempotent jobs go to another worker.

  --connection <url>     redis://host:6379, or rediss://… for TLS. Default: the variable SKEIN_CONNECTION
  --queue <name>         the queue of the executors
  --concurrency <n>      how many jobs run at a time. Default: as many as can run at once here
  --executor <kind>      where they run: threads (default), processes, or inline
  --grace <ms>           how long a job may go on after it was asked to stop. Default: 1000
  --lock <ms>            after how much silence this worker counts as lost. Default: 30000
  --max-payload <bytes>  the most bytes of arguments or a result. Default: 4194304
  --codec <kind>         auto (default), or json

The variable SKEIN_SECRET has the secret with which jobs are signed, or several, with a comma between them.`;

const texts = ['connection', 'queue', 'executor', 'codec'] as const;
const numbers = ['concurrency', 'grace', 'lock', 'max-payload'] as const;

export async function workerCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values['help'] === true) {
    print(help);
    return;
  }
  if (positionals.length === 0) {
    throw new UsageError(
      'expected a module of functions, but got none. Write `skein worker ./work.js --queue mail`.',
    );
  }
  const options = optionsOf(values);
  const modules = await Promise.all(positionals.map(load));
  const server = await serveCluster(modules, options);
  const names = modules.flatMap((module) => Object.keys(module)).map((name) => `\`${name}\``);
  const { name, concurrency } = server.statistics();
  print(
    `Serving ${names.join(', ')} to the queue ${options.queue}, ${concurrency} at a time (${name}).`,
  );
  await drained(server);
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs> {
  const named = [...texts, ...numbers].map((name) => [name, { type: 'string' }] as const);
  const options = { ...Object.fromEntries(named), help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(`${sentence((error as Error).message)} See \`skein worker --help\`.`);
  }
}

function optionsOf(values: Readonly<Record<string, unknown>>): ServeOptions {
  const { SKEIN_CONNECTION: connection, SKEIN_SECRET: secret } = process.env;
  const options: Record<string, unknown> = { connection };
  for (const name of texts) options[name] = values[name] ?? options[name];
  for (const name of numbers) {
    const value = values[name];
    if (value === undefined) continue;
    const key = name.replace(/-(.)/, (_, letter: string) => letter.toUpperCase());
    options[key] = Number(value);
    if (Number.isNaN(options[key])) {
      throw new UsageError(`expected --${name} to be a number, but got ${String(value)}.`);
    }
  }
  for (const needed of ['connection', 'queue']) {
    if (options[needed] !== undefined) continue;
    throw new UsageError(`expected --${needed}, but got none. See \`skein worker --help\`.`);
  }
  if (options['connection'] === 'memory:') {
    throw new UsageError(
      'expected the URL of a server, but memory: is a queue of one process only.',
    );
  }
  if (secret !== undefined) options['secret'] = secret.split(',');
  for (const [name, value] of Object.entries(options))
    if (value === undefined) delete options[name];
  return options as unknown as ServeOptions;
}

/** Loads a module, and declares the functions that it exports and has not declared itself. */
async function load(file: string): Promise<Record<string, AnyFunction>> {
  const { href } = pathToFileURL(resolve(file));
  const module = (await import(href)) as Record<string, unknown>;
  const functions: Record<string, AnyFunction> = {};
  for (const [name, value] of Object.entries(module)) {
    if (typeof value !== 'function' || isClass(value)) continue;
    const fn = value as AnyFunction;
    if (referenceOf(fn) === undefined) declareFunctions(href, { [name]: fn });
    functions[name] = fn;
  }
  return functions;
}

/** Resolves once the server has ended, after a signal. */
async function drained(server: Server): Promise<void> {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  let count = 0;
  await new Promise<void>((resolve, reject) => {
    const hear = (signal: string): void => {
      count++;
      const { running } = server.statistics();
      if (count === 1) print(`${signal}: ending once ${running} running jobs are over.`);
      const closing = count === 1 ? server.close() : server.close({ grace: 0 });
      closing.then(() => resolve(), reject);
    };
    for (const signal of signals) process.on(signal, hear);
  });
}
