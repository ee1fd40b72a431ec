/** A loader for webpack that removes types, as those of TypeScript do, with the map that leads back. */
import { transform } from 'esbuild';

export default function stripTypes(code) {
  const callback = this.async();
  const options = { loader: 'ts', sourcemap: 'external', sourcefile: this.resourcePath };
  transform(code, options).then(
    ({ code, map }) => callback(null, code, JSON.parse(map)),
    (error) => callback(error),
  );
}
