/**
 * `SKEIN_EXPLORE_REPLAY` names one schedule, of one `explore()` among those of a test run. Each call tries it: the call whose
 * check matches runs that schedule only, the others explore as ever. If the program ends and no call matched, that is an error:
 * else a text that was copied wrong would look like a test that passes.
 */
import { seams } from '../../core/seams.ts';
import { environmentVariable } from './environment-variable.ts';
import { readSchedule, type StoredSchedule } from './replay-string.ts';

const name = 'SKEIN_EXPLORE_REPLAY';

/** True once a call of this process matched. */
let matched = false;
let isListening = false;

/** Returns the schedule that the environment asks for. */
export function askedReplay(): StoredSchedule | undefined {
  const text = environmentVariable(name);
  if (text === undefined) return undefined;
  if (!isListening) {
    isListening = true;
    seams.process?.onExit(() => reportIfUnmatched(text));
  }
  return readSchedule(text);
}

/** A call has the schedule. */
export function noteMatch(): void {
  matched = true;
}

function reportIfUnmatched(text: string): void {
  if (matched) return;
  console.error(
    `${name}=${text} is the schedule of no \`explore()\` in this process: the program has changed since, or its test was left out.`,
  );
  const { process } = globalThis as { process?: { exitCode?: number } };
  if (process !== undefined) process.exitCode = 1;
}
