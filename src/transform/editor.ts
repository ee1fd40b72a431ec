import type {
  AnyNode,
  Expression,
  ForOfStatement,
  ForStatement,
  ReturnStatement,
  Token,
  VariableDeclaration,
  YieldExpression,
} from 'acorn';
import type { Edits } from './edits.ts';
import type { ParsedFile } from './parse-file.ts';

/** A node, and where it stands. */
export interface Place {
  readonly node: AnyNode;
  readonly parent: Place | undefined;
  readonly inFunction: boolean;
  readonly inAsyncGenerator: boolean;
}

/** What rewritten files import. */
type Helper = 'wrap' | 'steps' | 'disposal';

/** Edits one file: each node that awaits, and then its imports. */
export class Editor {
  readonly #file: ParsedFile;
  readonly #edits: Edits;
  /** What all names begin with that are added to the file. */
  readonly #prefix: string;
  readonly #used = new Set<Helper>();
  /** Where a statement was given a semicolon. */
  readonly #ended = new Set<number>();
  #resources = 0;

  constructor(file: ParsedFile, edits: Edits) {
    this.#file = file;
    this.#edits = edits;
    let prefix = '__skein_';
    while (file.code.includes(prefix)) prefix += '_';
    this.#prefix = prefix;
  }

  edit(place: Place): void {
    const { node, parent, inAsyncGenerator } = place;
    switch (node.type) {
      case 'AwaitExpression':
        this.#call('wrap', node.argument, place, node.start + 'await'.length);
        break;
      case 'YieldExpression':
        if (inAsyncGenerator) this.#yield(node, place);
        break;
      case 'ReturnStatement':
        if (inAsyncGenerator) this.#return(node, place);
        break;
      case 'ForOfStatement':
        this.#forOf(node, place);
        break;
      case 'VariableDeclaration':
        if (node.kind !== 'await using') break;
        if (parent?.node.type === 'ForStatement') this.#forWithResource(node, parent);
        else if (parent?.node.type !== 'ForOfStatement') this.#declare(node);
    }
  }

  /** Puts an expression, which stands at `place`, into a call. `wordEnd`: the end of the word before it. */
  #call(helper: Helper, argument: Expression, place: Place, wordEnd: number, before = ''): void {
    // A list of expressions without parentheses would be several arguments.
    const [open, close] = argument.type === 'SequenceExpression' ? ['((', '))'] : ['(', ')'];
    const space = argument.start === wordEnd ? ' ' : '';
    this.#edits.open(argument.start, `${space}${before}${this.#helper(helper)}${open}`);
    const semicolon = this.#endsByLine(argument.end, place) ? ';' : '';
    this.#edits.close(argument.end, close + semicolon);
  }

  /**
   * True if a statement ends at `end` by the line break alone, and the next one would go on with a call: `await i++`, after
   * which a line may begin with `(`, or `yield () => {}`, after which one may begin with `-`. Of several calls that end
   * here the outermost comes first, and ends the statement.
   */
  #endsByLine(end: number, place: Place): boolean {
    const next = this.#file.code[this.#tokenAfter(end).start] ?? ' ';
    if (!'([`+-/'.includes(next) || this.#ended.has(end)) return false;
    let around: Place | undefined = place;
    while (around?.node.end === end && !isStatement(around.node)) around = around.parent;
    if (around?.node.end !== end) return false;
    this.#ended.add(end);
    return true;
  }

  #yield({ argument, delegate, start }: YieldExpression, place: Place): void {
    if (!argument) return;
    // The star may stand anywhere between the word and the argument, but never after a word.
    if (delegate) this.#call('steps', argument, place, -1);
    else if (argument.type !== 'AwaitExpression')
      this.#call('wrap', argument, place, start + 'yield'.length, 'await ');
  }

  #return({ argument, start }: ReturnStatement, place: Place): void {
    if (argument) this.#call('wrap', argument, place, start + 'return'.length);
  }

  #forOf(node: ForOfStatement, place: Place): void {
    const { left, right, body } = node;
    if (node.await) this.#call('steps', right, place, this.#tokenBefore(right.start).end);
    if (left.type !== 'VariableDeclaration' || left.kind !== 'await using') return;
    this.#becomesConst(left);
    this.#edits.open(body.start, `{${this.#resource(left, 0)} `);
    this.#edits.close(body.end, '}');
  }

  /** `await using a = x, b = y` becomes `const a = x; await using … ; const b = y; await using …`. */
  #declare(node: VariableDeclaration, after = ''): void {
    const { declarations } = node;
    this.#becomesConst(node);
    for (const [i, { end }] of declarations.entries()) {
      const isLast = i === declarations.length - 1;
      this.#edits.close(end, `; ${this.#resource(node, i)}${isLast ? after : ''}`);
      if (isLast) return;
      const comma = this.#tokenAfter(end);
      this.#edits.replace(comma.start, comma.end, ' const');
    }
  }

  /** `for (await using a = x; …; …) body` becomes `{const a = x; await using …; for (; …; …) body}`, with its labels. */
  #forWithResource(init: VariableDeclaration, place: Place): void {
    const { node } = place as Place & { node: ForStatement };
    const labels: string[] = [];
    for (let outer = place.parent; outer?.node.type === 'LabeledStatement'; outer = outer.parent) {
      const { label } = outer.node;
      const colon = this.#tokenAfter(label.end);
      this.#edits.replace(label.start, label.end, '');
      this.#edits.replace(colon.start, colon.end, '');
      labels.unshift(`${label.name}: `);
    }
    const paren = this.#tokenAfter(node.start + 'for'.length);
    this.#edits.replace(node.start, node.start + 'for'.length, '{');
    this.#edits.replace(paren.start, paren.end, '');
    this.#declare(init, ` ${labels.join('')}for (`);
    this.#edits.close(node.body.end, '}');
  }

  #becomesConst({ start }: VariableDeclaration): void {
    const wordEnd = start + 'await'.length;
    const using = this.#tokenAfter(wordEnd);
    this.#edits.replace(start, wordEnd, 'const');
    this.#edits.replace(using.start, using.end, '');
  }

  #resource({ declarations }: VariableDeclaration, i: number): string {
    const id = declarations[i]?.id as AnyNode;
    const value = this.#file.code.slice(id.start, id.end);
    const name = `${this.#prefix}resource_${++this.#resources}`;
    return `await using ${name} = ${this.#helper('disposal')}(${value});`;
  }

  #helper(helper: Helper): string {
    this.#used.add(helper);
    return this.#prefix + helper;
  }

  /** Imports what was used: after directives, on their line, so that no line moves. */
  addImport(from: string, isModule: boolean): void {
    const { code, program } = this.#file;
    const names = [...this.#used].sort();
    const as = isModule ? ' as ' : ': ';
    const list = names.map((name) => `${name}${as}${this.#prefix}${name}`).join(', ');
    const text = isModule
      ? `import { ${list} } from '${from}';`
      : `const { ${list} } = require('${from}');`;
    const directives = program.body.filter((node) => 'directive' in node && node.directive);
    const last = directives.at(-1);
    if (last === undefined) {
      const start = code.startsWith('#!') ? code.indexOf('\n') + 1 : 0;
      this.#edits.first(start, `${text} `);
    } else {
      const space = code[last.end - 1] === ';' ? ' ' : '; ';
      this.#edits.first(last.end, space + text);
    }
  }

  /** The first token that begins at `place` or later; the last one is the end of the file. */
  #tokenAfter(place: number): Token {
    return this.#file.tokens[this.#indexOf(place)] as Token;
  }

  #tokenBefore(place: number): Token {
    return this.#file.tokens[this.#indexOf(place) - 1] as Token;
  }

  #indexOf(place: number): number {
    const { tokens } = this.#file;
    let [low, high] = [0, tokens.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tokens[middle] as Token).start < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** True for what a line break may end: statements, declarations, and fields of classes. */
function isStatement({ type }: AnyNode): boolean {
  return /Statement$|Declaration$|^PropertyDefinition$/.test(type);
}
