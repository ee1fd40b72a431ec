import { type AnyNode, type Options, type Program, parse, type Token } from 'acorn';

/** A file as the transform reads it. */
export interface ParsedFile {
  readonly code: string;
  readonly program: Program;
  readonly tokens: readonly Token[];
  /** True if it cannot be a module. */
  readonly isScript: boolean;
}

/**
 * Parses JavaScript, from which types and JSX have been removed.
 *
 * @param id - The name of the file, for the error.
 * @throws SyntaxError if that fails.
 */
export function parseFile(code: string, id: string): ParsedFile {
  try {
    return { ...parseAs('module', code), isScript: false };
  } catch (error) {
    try {
      return { ...parseAs('script', code), isScript: true };
    } catch {
      throw new SyntaxError(
        `\`skein/transform\` expected JavaScript, but got ${id}, which cannot be parsed: ${(error as Error).message}. Compile it before (the transform comes after all other plugins and loaders), or name it in \`exclude\`.`,
        { cause: error },
      );
    }
  }
}

function parseAs(
  sourceType: 'module' | 'script',
  code: string,
): { code: string; program: Program; tokens: Token[] } {
  const tokens: Token[] = [];
  const options: Options = {
    ecmaVersion: 'latest',
    sourceType,
    allowHashBang: true,
    allowReturnOutsideFunction: sourceType === 'script',
    // So that the place of an expression is that of its parentheses.
    preserveParens: true,
    onToken: tokens,
  };
  return { code, program: parse(code, options), tokens };
}

/** Returns the nodes within a node, in the order of the text. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof (child as Partial<AnyNode> | null | undefined)?.type === 'string')
        children.push(child as AnyNode);
    }
  }
  return children;
}
