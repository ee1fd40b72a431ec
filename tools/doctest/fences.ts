/** Finds the TypeScript examples of a text: the ```ts fences of a Markdown file or of TSDoc comments. */

/** What is done with an example: run it, only check its types, or only check its syntax. */
type Mode = 'run' | 'no-run' | 'fragment';

export interface Fence {
  /** The file it stands in, from the root of the repository. */
  readonly file: string;
  /** The line of the file that holds the first line of `code`. */
  readonly line: number;
  /** The heading above it, or the symbol it documents. */
  readonly title: string;
  readonly mode: Mode;
  readonly code: string;
}

export function findFences(text: string, file: string): Fence[] {
  const lines = text.split(/\r?\n/);
  return file.endsWith('.md') ? fencesOf(lines, file, 1, '') : fencesOfComments(lines, file);
}

function fencesOf(lines: string[], file: string, firstLine: number, symbol: string): Fence[] {
  const fences: Fence[] = [];
  let title = symbol;
  for (let at = 0; at < lines.length; at++) {
    const opening = /^(\s*)(`{3,}|~{3,})\s*(\w*)(.*)$/.exec(lines[at]!);
    if (!opening) {
      const heading = /^#+\s+(.+?)\s*#*$/.exec(lines[at]!);
      if (heading && symbol === '') title = heading[1]!;
      continue;
    }
    const [, indent, marks, language, words] = opening as unknown as [string, ...string[]];
    const start = at + 1;
    at = start;
    while (at < lines.length && !lines[at]!.trim().startsWith(marks!)) at++;
    if (language !== 'ts' && language !== 'typescript') continue;
    const code = lines.slice(start, at).map((line) => withoutIndent(line, indent!.length));
    fences.push({
      file,
      line: firstLine + start,
      title,
      mode: modeOf(words!),
      code: code.join('\n'),
    });
  }
  return fences;
}

function modeOf(words: string): Mode {
  if (/\bfragment\b/.test(words)) return 'fragment';
  return /\bno-run\b/.test(words) ? 'no-run' : 'run';
}

function withoutIndent(line: string, width: number): string {
  return line.slice(0, width).trim() === '' ? line.slice(width) : line.trimStart();
}

function fencesOfComments(lines: string[], file: string): Fence[] {
  const fences: Fence[] = [];
  let owner = '';
  for (let at = 0; at < lines.length; at++) {
    owner = /^export .*?\b(?:class|interface) ([\w$]+)/.exec(lines[at]!)?.[1] ?? owner;
    if (!/^\s*\/\*\*/.test(lines[at]!)) continue;
    const start = at;
    while (at < lines.length && !lines[at]!.includes('*/')) at++;
    const comment = lines.slice(start, at).map((line) => line.replace(/^\s*\/?\*+ ?/, ''));
    fences.push(...fencesOf(comment, file, start + 1, symbolOf(lines[at + 1] ?? '', owner)));
  }
  return fences;
}

/** The name a declaration introduces: `sleep`, or `Future.result` for an indented one. */
function symbolOf(line: string, owner: string): string {
  const declared = /\b(?:function\s*\*?|class|interface|type|const|let)\s*([\w$]+)/.exec(line);
  if (/^\S/.test(line)) return declared?.[1] ?? 'the whole file';
  const member = /^\s+(?:(?:static|override|readonly|async|get|set)\s+)*\*?\s*([\w$#]+|\[[^\]]+\])/;
  return `${owner}.${member.exec(line)?.[1] ?? ''}`;
}
