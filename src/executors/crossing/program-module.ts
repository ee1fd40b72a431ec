/** The module that is the program: a worker that loaded it would run the program once more. */
import { builtin, process } from './node.ts';

let first: { readonly url: string | undefined } | undefined;

/** Returns the URL of the module that this program, or this thread, began with; undefined where that is not known. */
export function firstModule(): string | undefined {
  first ??= { url: findFirst() };
  return first.url;
}

function findFirst(): string | undefined {
  const place = process.argv?.[1];
  const modules = builtin('node:module');
  if (place === undefined || modules === undefined) return undefined;
  try {
    // `node main` and `node .` name no file, and a link names another.
    const file = modules.createRequire(place).resolve(place);
    return builtin('node:url')?.pathToFileURL(file).href;
  } catch {
    return undefined;
  }
}

/** A module that has this library in itself is a bundle, and has the program in itself too. */
const here: string | undefined = process.argv && import.meta.url;

/** Returns true if `url` is the module that the program began with, or the bundle that it is in. */
export function isProgram(url: string): boolean {
  const module = url.replace(/[?#].*$/, '');
  return module === firstModule() || module === here;
}
