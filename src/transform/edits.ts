/**
 * Edits of a text that leave its lines where they are, with the source map of the result.
 *
 * No edit has a line break in it, so a place only moves within its line: the map of the result is the map that the text came with,
 * or one that has a segment for each token, with its columns moved.
 */
import { decodeMappings, encodeMappings, type Segment } from './mappings.ts';

/** A source map, version 3, as bundlers pass it on. */
export interface SourceMap {
  version: number;
  file?: string | undefined;
  names: string[];
  sources: string[];
  sourcesContent?: string[] | undefined;
  mappings: string;
}

interface Edit {
  /** The text from here up to `end` is replaced. */
  readonly at: number;
  readonly end: number;
  readonly text: string;
  /** Sorts edits at one place. */
  readonly rank: number;
}

export class Edits {
  readonly #code: string;
  readonly #edits: Edit[] = [];
  /** The places of the tokens. */
  readonly #tokens: readonly number[];

  constructor(code: string, tokens: readonly number[]) {
    this.#code = code;
    this.#tokens = tokens;
  }

  get isEmpty(): boolean {
    return this.#edits.length === 0;
  }

  /** Inserts text before what begins here. What is opened first stands first. */
  open(at: number, text: string): void {
    this.replace(at, at, text);
  }

  /** Inserts text after what ends here. What was opened last is closed first. */
  close(at: number, text: string): void {
    this.#edits.push({ at, end: at, text, rank: -this.#edits.length - 1 });
  }

  /** Inserts text before all else that is inserted here. */
  first(at: number, text: string): void {
    this.#edits.push({ at, end: at, text, rank: Number.NEGATIVE_INFINITY });
  }

  replace(at: number, end: number, text: string): void {
    this.#edits.push({ at, end, text, rank: this.#edits.length });
  }

  /**
   * Returns the text with its edits, and the map of that.
   *
   * @param source - The name of the text, if it came without a map.
   * @param map - The map that the text came with.
   */
  apply(source: string, map: SourceMap | undefined): { code: string; map: SourceMap } {
    const edits = this.#edits.sort((a, b) => a.at - b.at || a.rank - b.rank);
    const parts: string[] = [];
    let from = 0;
    for (const { at, end, text } of edits) {
      parts.push(this.#code.slice(from, at), text);
      from = Math.max(from, end);
    }
    parts.push(this.#code.slice(from));
    return { code: parts.join(''), map: this.#moved(source, map) };
  }

  #moved(source: string, map: SourceMap | undefined): SourceMap {
    const starts = lineStarts(this.#code);
    const lines = map === undefined ? this.#identity(starts) : decodeMappings(map.mappings);
    let next = 0;
    for (const [line, segments] of lines.entries()) {
      const start = starts[line] ?? this.#code.length;
      let shift = 0;
      while ((this.#edits[next]?.at ?? start) < start) next++;
      for (const segment of segments) {
        const place = start + segment[0];
        for (let edit = this.#edits[next]; edit && edit.end <= place; edit = this.#edits[++next]) {
          shift += edit.text.length - (edit.end - edit.at);
        }
        const around = this.#edits[next];
        const isReplaced = around !== undefined && around.at < place;
        // A place within replaced text goes to the end of the new text.
        segment[0] += shift + (isReplaced ? around.text.length - (place - around.at) : 0);
      }
    }
    return {
      version: 3,
      names: map?.names ?? [],
      sources: map?.sources ?? [source],
      sourcesContent: map === undefined ? [this.#code] : map.sourcesContent,
      mappings: encodeMappings(lines),
    };
  }

  /** Maps each token to itself. */
  #identity(starts: readonly number[]): Segment[][] {
    const lines: Segment[][] = starts.map(() => []);
    let line = 0;
    for (const token of this.#tokens) {
      while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= token) line++;
      const column = token - (starts[line] as number);
      lines[line]?.push([column, 0, line, column]);
    }
    return lines;
  }
}

function lineStarts(code: string): number[] {
  const starts = [0];
  for (const { index } of code.matchAll(/\n/g)) {
    starts.push(index + 1);
  }
  return starts;
}
