/** Every public name has a comment: the API reference is made of them, and its build fails without. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Entry {
  readonly '@skein/source': string | { readonly default: string };
  readonly types?: string;
}

const entries = Object.entries(
  JSON.parse(readFileSync(`${root}package.json`, 'utf8')).exports as Record<string, Entry>,
)
  // What rewritten files import is no interface for people.
  .filter(([name, { types }]) => types !== undefined && name !== './transform/awaits')
  .map(([, { types = '' }]) => types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts'));

const files = new Map<string, ReturnType<typeof read>>();

function read(file: string) {
  const code = readFileSync(root + file, 'utf8');
  const { program, comments, module } = parseSync(file, code, { lang: 'ts', sourceType: 'module' });
  return { code, program, comments, exports: module.staticExports.flatMap((each) => each.entries) };
}

function parsed(file: string) {
  const known = files.get(file) ?? read(file);
  files.set(file, known);
  return known;
}

/** The public names of a file that have no comment, as `file: name`. */
function withoutComment(file: string, wanted?: string): string[] {
  return parsed(file).exports.flatMap(({ exportName, importName, localName, moduleRequest }) => {
    if (wanted !== undefined && exportName.name !== wanted) return [];
    if (moduleRequest === null) {
      const name = exportName.name ?? '';
      return hasComment(file, localName.name ?? name) ? [] : [`${file}: ${name}`];
    }
    const from = new URL(moduleRequest.value, `file:///${file}`).pathname.slice(1);
    return withoutComment(from, importName.name ?? undefined);
  });
}

/** An overloaded function has its comment at any of its declarations. */
function hasComment(file: string, name: string): boolean {
  const { code, program, comments } = parsed(file);
  const starts = program.body.flatMap((node) => {
    const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
    if (declared === null || !code.slice(declared.start, declared.end).includes(name)) return [];
    const names =
      declared.type === 'VariableDeclaration'
        ? declared.declarations.map(({ id }) => ('name' in id ? id.name : undefined))
        : 'id' in declared && declared.id !== null && 'name' in declared.id
          ? [declared.id.name]
          : [];
    return names.includes(name) ? [node.start] : [];
  });
  return starts.some((start) =>
    comments.some(
      ({ type, value, end }) =>
        type === 'Block' &&
        value.startsWith('*') &&
        end <= start &&
        code.slice(end, start).trim() === '',
    ),
  );
}

test('every public name has a comment', () => {
  expect([...new Set(entries.flatMap((file) => withoutComment(file)))].sort()).toEqual([]);
});
