/**
 * Makes a module of an example, in which what the example promises is checked:
 *
 * - `expr; // => value` compares, as `toEqual` does. A value that is no expression (`Map(1) { 'a' => 1 }`) is
 *   compared with what `util.inspect` shows; for an error that is `Name: message`.
 * - `const x = expr; // => value` compares as well, and so does `return expr; // => value`.
 * - `console.log(…); // => text` compares with the text that was printed.
 * - `expr; // throws Name: text` expects an error; `// throws Name` leaves the text open, a text that ends in
 *   `…` its rest. `// rejects Name: text` awaits the expression first.
 * - `// Output:` and the comment lines under it hold everything printed so far.
 *
 * The comment may stand on a line of its own under the statement.
 *
 * The module is plain JavaScript in a file of its own that Node loads without a bundler between, so that an
 * example meets what its reader will meet. It is written by inserting text only, never a line: every line keeps
 * its number, which the source map carries on to the documentation.
 */
import { resolve } from 'node:path';
import { parseSync, transformWithOxc } from 'vite';
import type { Fence } from './fences.ts';
import { meeting } from './meeting.ts';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface Comment {
  readonly type: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** Throws a SyntaxError unless the code parses, as a module or as the body of an async generator function. */
function checkSyntax(fence: Fence): void {
  const asBody = `async function* fragment(this: any) {\n${fence.code}\n}`;
  const { errors } = parseSync('fence.ts', asBody, { lang: 'ts', sourceType: 'module' });
  if (errors.length > 0) parse(fence);
}

/** The module of an example, or nothing for one that is not to be run. Throws a SyntaxError for bad code. */
export async function compile(fence: Fence, root: string): Promise<string> {
  if (fence.mode !== 'run') {
    checkSyntax(fence);
    return '';
  }
  const { program, comments } = parse(fence);
  const statements = statementsOf(program as unknown as Node);
  const insertions = comments.flatMap((comment, index) => {
    const text = comment.value.trim();
    if (comment.type !== 'Line') return [];
    if (text === 'Output:') return output(fence, comments.slice(index));
    const value = /^=>\s*(.*)$/.exec(text);
    const failure = /^(throws|rejects) ([A-Z][\w$]*)(?:: (.+))?$/.exec(text);
    if (!value && !failure) {
      if (!/^(throws|rejects)(:| [A-Z]|$)/.test(text)) return [];
      throw problem(fence, comment.start, 'an error is announced as `// throws Name: text`');
    }
    const statement = statementBefore(fence, statements, comment);
    const line = lineAt(fence, comment.start);
    if (value) return comparison(fence, statement, value[1]!, line);
    const [, verb, name, message] = failure!;
    return expectation(statement, verb!, [name, message, line]);
  });
  return toJavaScript(fence, insert(fence.code, insertions), root);
}

function parse(fence: Fence) {
  const parsed = parseSync('fence.ts', fence.code, { lang: 'ts', sourceType: 'module' });
  const [error] = parsed.errors;
  if (error) throw problem(fence, error.labels[0]?.start ?? 0, error.message);
  return parsed;
}

/** Every statement to which a promise can be tied, wherever it is nested. */
function statementsOf(node: Node, found: Node[] = []): Node[] {
  const tied = ['ExpressionStatement', 'VariableDeclaration', 'ReturnStatement', 'ThrowStatement'];
  if (tied.includes(node.type)) found.push(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && 'type' in child)
        statementsOf(child, found);
    }
  }
  return found;
}

function statementBefore(fence: Fence, statements: Node[], comment: Comment): Node {
  const between = (node: Node) => fence.code.slice(node.end, comment.start);
  const found = statements.findLast(
    (node) => node.end <= comment.start && /^[ \t]*(\n[ \t]*)?$/.test(between(node)),
  );
  if (found) return found;
  throw problem(fence, comment.start, 'there is no statement before this comment to be checked');
}

function comparison(fence: Fence, statement: Node, expected: string, line: number): Insertion[] {
  const value = promisedValue(statement);
  if (!value) throw problem(fence, statement.start, 'this statement has no value to compare');
  const text = JSON.stringify(expected);
  if (/^console\s*\.\s*\w+\s*\(/.test(fence.code.slice(value.start, value.end))) {
    return around(value, '(', `, $doctest.printed(${text}, ${line}))`);
  }
  return isExpression(expected)
    ? around(value, '$doctest.equal((', `), ${expected}, ${line})`)
    : around(value, '$doctest.shown((', `), ${text}, ${line})`);
}

/** The expression whose value a statement's promise is about. */
function promisedValue(statement: Node): Node | undefined {
  const { expression, argument, declarations } = statement as unknown as {
    expression?: Node;
    argument?: Node | null;
    declarations?: { init: Node | null }[];
  };
  return expression ?? argument ?? declarations?.[0]?.init ?? undefined;
}

function expectation(statement: Node, verb: string, promise: unknown[]): Insertion[] {
  const value = verb === 'rejects' ? promisedValue(statement) : undefined;
  const args = promise.map((part) => JSON.stringify(part) ?? 'undefined').join(', ');
  const [before, after] = around(
    statement,
    '{ let $thrown; try { ',
    ` } catch (error) { $thrown = { error }; } $doctest.thrown($thrown, ${args}); }`,
  );
  return [before, ...(value ? around(value, 'await (', ')') : []), after];
}

function around(node: Node, before: string, after: string): [Insertion, Insertion] {
  return [
    { at: node.start, text: before },
    { at: node.end, text: after },
  ];
}

function output(fence: Fence, [head, ...rest]: Comment[]): Insertion[] {
  const lines: string[] = [];
  let end = head!.end;
  for (const comment of rest) {
    if (!/^\n[ \t]*$/.test(fence.code.slice(end, comment.start))) break;
    lines.push(comment.value.replace(/^ /, '').trimEnd());
    end = comment.end;
  }
  const text = JSON.stringify(lines.join('\n'));
  return [{ at: head!.start, text: `$doctest.output(${text}, ${lineAt(fence, head!.start)}); ` }];
}

/** Tells whether `text` can be one argument of a call. */
function isExpression(text: string): boolean {
  const { errors, program } = parseSync('value.ts', `f(${text})`, { lang: 'ts' });
  const [statement, ...more] = program.body as unknown as {
    expression?: { arguments?: unknown[] };
  }[];
  return errors.length === 0 && more.length === 0 && statement?.expression?.arguments?.length === 1;
}

/** What is to stand at the same place keeps its order. */
function insert(code: string, insertions: Insertion[]): string {
  let text = '';
  let done = 0;
  for (const { at, text: more } of insertions.toSorted((a, b) => a.at - b.at)) {
    text += code.slice(done, at) + more;
    done = at;
  }
  return text + code.slice(done);
}

async function toJavaScript(fence: Fence, code: string, root: string): Promise<string> {
  const prologue = `const { $doctest, console, babelHelpers } = globalThis['${meeting}'];`;
  // The lines above make the positions in the source map those of the documentation.
  const padded = `${'\n'.repeat(fence.line - 1)}${code}`;
  const result = await transformWithOxc(padded, 'fence.ts', {
    lang: 'ts',
    target: 'es2022',
    sourcemap: true,
    // `using` is lowered with a helper, looked up in `babelHelpers`.
    helpers: { mode: 'External' },
  });
  const map = {
    version: 3,
    sources: [resolve(root, fence.file)],
    names: [],
    // The prologue has a line of its own.
    mappings: `;${result.map?.mappings}`,
  };
  const data = Buffer.from(JSON.stringify(map)).toString('base64');
  return `${prologue}\n${result.code}\n//# sourceMappingURL=data:application/json;base64,${data}\n`;
}

function lineAt(fence: Fence, position: number): number {
  return fence.line + fence.code.slice(0, position).split('\n').length - 1;
}

function problem(fence: Fence, position: number, text: string): SyntaxError {
  return new SyntaxError(`${fence.file}:${lineAt(fence, position)}: ${text}`);
}
