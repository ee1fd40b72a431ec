/** The command line options of the program that its workers inherit. */
import { process } from '../crossing/node.ts';

/**
 * Returns the options of the program that its workers may inherit; undefined if they may inherit all. `--input-type` must
 * not be inherited: it belongs to a program that is given as text, and with it Node refuses to load the worker's file.
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

/** Returns the specifier of the loader `tsx` if the program was started with it. */
export function tsxOfProgram(): string | undefined {
  return process.execArgv
    ?.find((option) => /(?:^|[/\\=])tsx(?:[/\\]|$)/.test(option))
    ?.replace(/^--\w+=/, '');
}
