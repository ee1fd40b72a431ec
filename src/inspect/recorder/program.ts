import type { Recording } from './recording.ts';

interface Versions {
  readonly node?: string;
  readonly bun?: string;
  readonly deno?: string;
}

interface Process {
  readonly argv?: readonly string[];
  readonly pid?: number;
  readonly versions?: Versions;
}

function runtimeOf({ bun, deno, node }: Versions): string {
  if (bun !== undefined) return `Bun ${bun}`;
  if (deno !== undefined) return `Deno ${deno}`;
  return node === undefined ? 'a browser' : `Node ${node}`;
}

/** Names the program: its main file without folders, which may name a user. */
export function thisProgram(): Recording['program'] {
  const { process } = globalThis as { process?: Process };
  const name = process?.argv?.[1]?.replace(/^.*[\\/]/, '') ?? '';
  return { name, pid: process?.pid ?? 0, runtime: runtimeOf(process?.versions ?? {}) };
}
