/** What workers inherit of how the program was started. */
import { process } from './node.ts';

/**
 * Options of the program that its workers may inherit; undefined when these are all. Some must not be: they say how to
 * read the program's text, and make Node refuse the file of a worker.
 */
export function inheritedOptions(): string[] | undefined {
  const options = process.execArgv ?? [];
  if (!options.some((option) => option.startsWith('--input-type'))) return undefined;
  const inherited: string[] = [];
  for (const [index, option] of options.entries()) {
    const wanted = /^(?:--import|--require|-r|--loader|--conditions|-C)(?:=|$)/.test(option);
    if (!wanted) continue;
    inherited.push(option);
    if (!option.includes('=')) inherited.push(options[index + 1] ?? '');
  }
  return inherited;
}

/** The loader `tsx`, if the program was started with it. */
export function tsxOfProgram(): string | undefined {
  return process.execArgv
    ?.find((option) => /(?:^|[/\\=])tsx(?:[/\\]|$)/.test(option))
    ?.replace(/^--\w+=/, '');
}
