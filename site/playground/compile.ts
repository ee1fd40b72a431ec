/**
 * Makes a program that the worker can run out of what stands in the editor: types are stripped, promised values are shown, and the names of
 * modules are noted. Text is only inserted, never a line, so that lines keep their numbers.
 */
import { type Comment, type Node, parse, parseExpressionAt } from 'acorn';
import { transform } from 'sucrase';
import type { Pace, Program, Specifier } from './messages.ts';

/** A program that cannot be run, and the line where that shows. */
class ProgramError extends Error {
  override readonly name = 'SyntaxError';
  readonly line: number | undefined;

  constructor(message: string, line: number | undefined) {
    super(message);
    this.line = line;
  }
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

type AnyNode = Node & { readonly [key: string]: unknown };

const modules = [
  'skein',
  'skein/debug',
  'skein/executors',
  'skein/executors/worker',
  'skein/inspect',
  'skein/testing',
];

export function compile(source: string, pace: Pace): Program {
  const stripped = strip(source);
  const { tree, comments } = read(stripped);
  const statements: AnyNode[] = [];
  const sources: AnyNode[] = [];
  walk(tree, statements, sources);
  refuseUsing(stripped, statements);
  const insertions = comments.flatMap((comment, index) =>
    checkOf(stripped, comment, comments.slice(index), statements),
  );
  const specifiers = sources.map((node) => specifierOf(stripped, node));
  return { ...insert(stripped, insertions, specifiers), pace };
}

function strip(source: string): string {
  try {
    const { code } = transform(source, {
      transforms: ['typescript'],
      disableESTransforms: true,
      keepUnusedImports: true,
    });
    return code;
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number } };
    throw new ProgramError(message.replace(/ \(\d+:\d+\)$/, ''), loc?.line);
  }
}

function read(code: string): { tree: AnyNode; comments: Comment[] } {
  const comments: Comment[] = [];
  try {
    const options = { ecmaVersion: 'latest', sourceType: 'module', onComment: comments } as const;
    return { tree: parse(code, options) as Node as AnyNode, comments };
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number } };
    throw new ProgramError(message.replace(/ \(\d+:\d+\)$/, ''), loc?.line);
  }
}

const tied = ['ExpressionStatement', 'VariableDeclaration', 'ReturnStatement', 'ThrowStatement'];

function walk(node: AnyNode, statements: AnyNode[], sources: AnyNode[]): void {
  if (tied.includes(node.type)) statements.push(node);
  const source = node['source'] as AnyNode | null | undefined;
  if (source?.type === 'Literal') sources.push(source);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && 'type' in child) {
        walk(child as AnyNode, statements, sources);
      }
    }
  }
}

/** `using` is not lowered. A browser without it would only tell that a token is unexpected. */
function refuseUsing(code: string, statements: readonly AnyNode[]): void {
  const found = statements.find(({ kind }) => kind === 'using' || kind === 'await using');
  if (found === undefined || hasUsing()) return;
  throw new ProgramError(
    'This browser has no `using` yet. Write `try { … } finally { … }`, or take a newer browser.',
    lineAt(code, found.start),
  );
}

function hasUsing(): boolean {
  try {
    new Function('{ using nothing = null; }');
    return true;
  } catch {
    return false;
  }
}

function specifierOf(code: string, node: AnyNode): Specifier {
  const name = String(node['value']);
  if (!modules.includes(name)) {
    throw new ProgramError(
      `The playground has ${modules.join(', ')}, but the program imports '${name}'.`,
      lineAt(code, node.start),
    );
  }
  return { from: node.start, to: node.end, name };
}

/** What a comment promises of the statement before it: `// => value`, `// throws Name: text`, or `// Output:`. */
function checkOf(
  code: string,
  comment: Comment,
  comments: readonly Comment[],
  statements: readonly AnyNode[],
): Insertion[] {
  const text = comment.value.trim();
  if (comment.type !== 'Line') return [];
  if (text === 'Output:') return [output(code, comments)];
  const value = /^=>\s*(.*)$/.exec(text);
  const failure = /^(throws|rejects) ([A-Z][\w$]*)(?:: (.+))?$/.exec(text);
  if (!value && !failure) return [];
  const statement = statements.findLast(
    ({ end }) => end <= comment.start && /^[ \t]*(\n[ \t]*)?$/.test(code.slice(end, comment.start)),
  );
  if (statement === undefined) return [];
  const line = lineAt(code, comment.start);
  return value
    ? comparison(code, statement, value[1] as string, line)
    : expectation(statement, failure as RegExpExecArray, line);
}

function comparison(code: string, statement: AnyNode, text: string, line: number): Insertion[] {
  const value = promised(statement);
  if (value === undefined) return [];
  const told = JSON.stringify({ line, text });
  if (/^console\s*\.\s*\w+\s*\(/.test(code.slice(value.start, value.end))) {
    return around(value, '(', `, $play.printed(${told}))`);
  }
  const expected = isExpression(text) ? `() => (${text})` : 'undefined';
  return around(value, '$play.value((', `), ${expected}, ${told})`);
}

function promised(statement: AnyNode): AnyNode | undefined {
  const { expression, argument, declarations } = statement as unknown as {
    expression?: AnyNode;
    argument?: AnyNode | null;
    declarations?: { init: AnyNode | null }[];
  };
  return expression ?? argument ?? declarations?.[0]?.init ?? undefined;
}

function expectation(statement: AnyNode, failure: RegExpExecArray, line: number): Insertion[] {
  const [, verb, name, message] = failure;
  const value = verb === 'rejects' ? promised(statement) : undefined;
  const args = [name, message, line].map((part) => JSON.stringify(part) ?? 'undefined').join(', ');
  const [before, after] = around(
    statement,
    '{ let $thrown; try { ',
    ` } catch (error) { $thrown = { error }; } $play.thrown($thrown, ${args}); }`,
  );
  return [before, ...(value ? around(value, 'await (', ')') : []), after];
}

function around(node: AnyNode, before: string, after: string): [Insertion, Insertion] {
  return [
    { at: node.start, text: before },
    { at: node.end, text: after },
  ];
}

function output(code: string, [head, ...rest]: readonly Comment[]): Insertion {
  const lines: string[] = [];
  let { start, end } = head as Comment;
  const at = start;
  for (const comment of rest) {
    if (!/^\n[ \t]*$/.test(code.slice(end, comment.start))) break;
    lines.push(comment.value.replace(/^ /, '').trimEnd());
    end = comment.end;
  }
  start = lineAt(code, at);
  return { at, text: `$play.output(${JSON.stringify({ line: start, text: lines.join('\n') })}); ` };
}

function isExpression(text: string): boolean {
  try {
    const { end } = parseExpressionAt(text, 0, { ecmaVersion: 'latest' });
    return text.slice(end).trim() === '';
  } catch {
    return false;
  }
}

/** What is to stand at the same place keeps its order. The specifiers move with what is inserted before them. */
function insert(
  code: string,
  insertions: readonly Insertion[],
  specifiers: readonly Specifier[],
): { code: string; specifiers: Specifier[] } {
  const sorted = insertions.toSorted((a, b) => a.at - b.at);
  const shift = (at: number): number =>
    sorted.filter((each) => each.at <= at).reduce((sum, { text }) => sum + text.length, 0);
  let text = '';
  let done = 0;
  for (const { at, text: more } of sorted) {
    text += code.slice(done, at) + more;
    done = at;
  }
  const moved = specifiers
    .map(({ from, to, name }) => ({ from: from + shift(from), to: to + shift(from), name }))
    .sort((a, b) => a.from - b.from);
  return { code: text + code.slice(done), specifiers: moved };
}

function lineAt(code: string, position: number): number {
  return code.slice(0, position).split('\n').length;
}
