import { readdirSync, readFileSync } from 'node:fs';
import { loadPyodide, type PyodideInterface } from 'pyodide';
import type { Program, Trace } from './program.ts';

const sources = new URL('cpython/', import.meta.url);

function silent(): void {}

/** CPython itself, as the package `pyodide` brings it: no Python is needed on the machine. */
export class Oracle {
  #python: PyodideInterface | undefined;

  /** Makes the program of a seed, with a version of cpython/generator.py. */
  async programOf(version: number, seed: number): Promise<Program> {
    const python = await this.#load();
    const json: string = python.runPython(`make_program(${version}, ${seed})`);
    return JSON.parse(json) as Program;
  }

  /**
   * What CPython does with a program; undefined where it fails itself: `cancel()` of tasks that wait for each other in
   * a ring calls itself until the stack ends.
   */
  async traceOf(program: Program, eager: boolean): Promise<Trace | undefined> {
    const python = await this.#load();
    const { error } = console;
    console.error = silent;
    try {
      const ask: (program: string, eager: boolean) => string = python.runPython('trace_of');
      const trace = JSON.parse(ask(JSON.stringify(program), eager)) as Trace;
      return trace.some((event) => /RecursionError|too long$/.test(event)) ? undefined : trace;
    } catch {
      // An overflow leaves the interpreter unusable, so the next question goes to a new one.
      this.#python = undefined;
      return undefined;
    } finally {
      console.error = error;
    }
  }

  async version(): Promise<string> {
    return (await this.#load()).runPython('import sys; sys.version.split()[0]');
  }

  async #load(): Promise<PyodideInterface> {
    if (this.#python !== undefined) return this.#python;
    const python = await loadPyodide({ stdout: silent, stderr: silent });
    python.FS.mkdir('/oracle');
    for (const name of readdirSync(sources).filter((each) => each.endsWith('.py'))) {
      python.FS.writeFile(`/oracle/${name}`, readFileSync(new URL(name, sources)));
    }
    python.runPython(`
      import sys, logging, warnings
      sys.path.insert(0, "/oracle")
      warnings.simplefilter("ignore")
      logging.disable(logging.CRITICAL)
      from oracle import make_program, trace_of
    `);
    this.#python = python;
    return python;
  }
}
