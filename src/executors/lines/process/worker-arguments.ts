/**
 * What a program hands to a worker process when it starts it. It is one argument of the command line, as there is nothing else
 * that arrives before the process reads messages. The process takes it out of `process.argv`, which is for jobs.
 */
import { handedSign } from '../../crossing/module-loading.ts';
import { process } from '../../crossing/node.ts';

export interface Handed {
  /** The descriptor of the shared file, and the mark in it. */
  readonly fd: number | undefined;
  readonly mark: number | undefined;
  /** The pid of the program, if the process must see by itself that the program has ended. */
  readonly parent: number | undefined;
}

export function handedText(handed: Handed): string {
  return handedSign + JSON.stringify(handed);
}

/** Takes what was handed to this process; undefined if this process was not started as a worker. */
export function takeHanded(): Handed | undefined {
  const text = process.argv?.[2];
  if (text?.startsWith(handedSign) !== true) return undefined;
  process.argv?.splice(2, 1);
  return JSON.parse(text.slice(handedSign.length)) as Handed;
}
