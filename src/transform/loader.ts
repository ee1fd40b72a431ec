import type { SourceMap } from './edits.ts';
import { rewriteChosen } from './rewrite.ts';
import type { LoaderOptions } from './webpack.ts';

/** What webpack and Rspack give to a loader, as far as it is needed here. */
interface LoaderContext {
  readonly resource: string;
  /** The module that is made of the file: a text and an address have the types `asset/source` and `asset/resource`. */
  readonly _module?: { readonly type: string };
  getOptions(): LoaderOptions;
  callback(error: Error | null, code?: string, map?: SourceMap | string): void;
}

/** The loader of `skein/transform`. The plugin puts it into the rules of the bundler. */
export default function loader(
  this: LoaderContext,
  code: string,
  map?: SourceMap | string | null,
): void {
  const before = typeof map === 'string' ? (JSON.parse(map) as SourceMap) : (map ?? undefined);
  const isAsset = this._module?.type.startsWith('asset') ?? false;
  const rewritten = isAsset
    ? undefined
    : rewriteChosen(this.getOptions().choose, code, this.resource, before);
  if (rewritten === undefined) this.callback(null, code, before);
  else this.callback(null, rewritten.code, rewritten.map);
}
