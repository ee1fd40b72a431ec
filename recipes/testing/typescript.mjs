/** For jest: TypeScript becomes JavaScript, one file at a time. */
import { transform } from 'esbuild';

export default {
  async processAsync(source, file) {
    return await transform(source, { loader: 'ts', sourcefile: file, sourcemap: 'inline' });
  },
};
