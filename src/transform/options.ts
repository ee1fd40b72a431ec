import { resolve } from 'node:path';
import process from 'node:process';

/**
 * Names files: a RegExp for their path, or a glob, relative to the working directory. In a glob `*` and `?` stand for what is
 * within a folder, `**` for folders too, `{a,b}` for one of several.
 */
export type FilePattern = string | RegExp;

/** The options of {@link transform}. */
export interface TransformOptions {
  /**
   * Files whose `await`s are rewritten although they do not import skein; also in `node_modules`, where nothing is rewritten
   * otherwise.
   */
  readonly include?: FilePattern | readonly FilePattern[] | undefined;
  /** Files that are left alone. */
  readonly exclude?: FilePattern | readonly FilePattern[] | undefined;
}

/** What becomes of a file: left alone, rewritten if it imports skein, or rewritten in any case. */
type Choice = 'left alone' | 'if it imports skein' | 'always';

/** Chooses what becomes of a file. `id`: its path, as bundlers name it, perhaps with a query. */
export type Choose = (id: string) => Choice;

const known = ['include', 'exclude'];

/** Files that have JavaScript in them, when the transform gets them. */
const scripts = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;

/** A script that stands in an HTML file, as Vite names it. */
const inlineScripts = /\.html\?html-proxy&(?:[^#]*&)?index=\d+\.[cm]?[jt]sx?$/;

/** What a bundler imports as text or as an address. */
const assets = /[?&](?:raw|url)\b/;

/**
 * Reads the options.
 *
 * @throws TypeError for options that are not known or not of their type.
 */
export function readOptions(options: TransformOptions | undefined): Choose {
  const given: unknown = options ?? {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(
      `\`transform\` expected an object of options, but got ${shown(given)}. Write \`{ include: 'src/**' }\`, or nothing.`,
    );
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new TypeError(
      `\`transform\` expected options that it knows, \`include\` and \`exclude\`, but got \`${name}\`.`,
    );
  }
  const isIncluded = matcher('include', options?.include);
  const isExcluded = matcher('exclude', options?.exclude);
  return (id) => {
    const path = (id.split(/[?#]/, 1)[0] as string).replaceAll('\\', '/');
    if (id.startsWith('\0') || assets.test(id) || isExcluded(path)) return 'left alone';
    if (isIncluded(path)) return 'always';
    if (!(scripts.test(path) || inlineScripts.test(id)) || path.includes('/node_modules/'))
      return 'left alone';
    return 'if it imports skein';
  };
}

function matcher(name: string, patterns: unknown): (path: string) => boolean {
  if (patterns === undefined) return () => false;
  const list: unknown[] = Array.isArray(patterns) ? patterns : [patterns];
  const tests = list.map((pattern) => {
    if (pattern instanceof RegExp) return new RegExp(pattern, pattern.flags.replace(/[gy]/g, ''));
    if (typeof pattern === 'string' && pattern !== '') return globToRegExp(name, pattern);
    throw new TypeError(
      `\`${name}\` expected a glob, a RegExp, or a list of these, but got ${shown(pattern)}. Write \`${name}: 'src/**'\` or \`${name}: /\\.page\\.ts$/\`.`,
    );
  });
  return (path) => tests.some((test) => test.test(path));
}

function globToRegExp(name: string, glob: string): RegExp {
  const written = glob.replaceAll('\\', '/');
  const isAnywhere = written.startsWith('**') || /^(?:\/|[A-Za-z]:\/)/.test(written);
  const whole = isAnywhere
    ? written
    : `${resolve(process.cwd()).replaceAll('\\', '/')}/${written.replace(/^\.\//, '')}`;
  let depth = 0;
  const source = whole.replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (sign) => {
    switch (sign) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        depth++;
        return '(?:';
      case '}':
        if (depth === 0) return '\\}';
        depth--;
        return ')';
      case ',':
        return depth > 0 ? '|' : ',';
      default:
        return `\\${sign}`;
    }
  });
  if (depth > 0) {
    throw new TypeError(
      `\`${name}\` expected a glob with a \`}\` for each \`{\`, but got ${JSON.stringify(glob)}.`,
    );
  }
  return new RegExp(`^${source}$`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
