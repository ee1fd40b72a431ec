/**
 * The laws of test/unit/testing/explore with async functions in the place of their coroutines: `yield*` becomes `await`. So each law is
 * written once. Generators that make items stay as they are.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type AnyNode, type Function as FunctionNode, parse, type YieldExpression } from 'acorn';
import { build, transform } from 'esbuild';
import type { Law } from '../../unit/testing/explore/laws.ts';

type AsyncLaw = Omit<Law, 'main'> & {
  readonly main: (env: Parameters<Law['main']>[0]) => Promise<void>;
};

const folder = fileURLToPath(new URL('../../unit/testing/explore/', import.meta.url));
const outfile = fileURLToPath(new URL('../../../.cache/laws/with-await.mjs', import.meta.url));

/** The place, and what stands there in the place of `length` characters. */
type Edit = readonly [at: number, length: number, text: string];

/** Makes the laws, and returns them. */
export async function lawsWithAwait(): Promise<readonly AsyncLaw[]> {
  await build({
    entryPoints: [`${folder}laws.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    external: ['skein', 'skein/*'],
    logLevel: 'warning',
    plugins: [
      {
        name: 'await',
        setup({ onLoad }) {
          onLoad({ filter: /laws\.ts$/ }, async ({ path }) => {
            const text = readFileSync(path, 'utf8');
            const { code } = await transform(text, { loader: 'ts', target: 'es2022' });
            return { contents: withAwait(code), loader: 'js' };
          });
        },
      },
    ],
  });
  const { laws } = (await import(pathToFileURL(outfile).href)) as { laws: readonly AsyncLaw[] };
  return laws;
}

/** Rewrites the coroutines of a file as async functions. */
function withAwait(code: string): string {
  const edits: Edit[] = [];
  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), undefined, code, edits);
  edits.sort(([a], [b]) => b - a);
  let text = code;
  for (const [at, length, put] of edits) text = text.slice(0, at) + put + text.slice(at + length);
  return `import { sleep as giveWay } from 'skein';\n${text}`;
}

interface Scope {
  readonly yields: YieldExpression[];
}

function visit(node: AnyNode, scope: Scope | undefined, code: string, edits: Edit[]): void {
  // `createTask(work(n))`: a coroutine begins when it is awaited, but an async function when it is called.
  if (node.type !== 'YieldExpression' && node.type !== 'ArrowFunctionExpression') {
    for (const child of childrenOf(node))
      if (callsWork(child)) edits.push([child.start, 0, '() => ']);
  }
  if (!isFunction(node)) {
    if (node.type === 'YieldExpression') scope?.yields.push(node);
    for (const child of childrenOf(node)) visit(child, scope, code, edits);
    return;
  }
  const own: Scope = { yields: [] };
  for (const child of childrenOf(node as AnyNode)) visit(child, own, code, edits);
  if (!node.generator || own.yields.some(({ delegate, argument }) => !delegate && argument)) return;
  // In a method, the function begins with its parameters: the star stands before the name.
  const star = code.lastIndexOf('*', code.indexOf('(', node.start));
  const keyword = code.lastIndexOf('function', star);
  const isMethod = keyword < 0 || code.slice(keyword + 'function'.length, star).trim() !== '';
  if (isMethod) edits.push([star, 1, 'async ']);
  else edits.push([keyword, star + 1 - keyword, 'async function ']);
  for (const { start, end, argument } of own.yields) {
    if (!argument) {
      edits.push([start, end - start, '(await giveWay(0))']);
      continue;
    }
    edits.push([end, 0, '))'], [start, argument.start - start, '(await (']);
  }
}

function callsWork(node: AnyNode): boolean {
  if (node.type !== 'CallExpression') return false;
  const { callee } = node;
  const name = callee.type === 'MemberExpression' ? callee.property : callee;
  return 'name' in name && name.name === 'work';
}

function isFunction(node: object): node is FunctionNode {
  return 'type' in node && /Function/.test(String(node.type));
}

function childrenOf(node: object): AnyNode[] {
  return Object.values(node)
    .flat()
    .filter((each): each is AnyNode => typeof each === 'object' && each !== null && 'type' in each);
}
