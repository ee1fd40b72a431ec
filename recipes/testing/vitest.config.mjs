import { fileURLToPath } from 'node:url';

const built = (name) => fileURLToPath(new URL(`../../dist/node/${name}.js`, import.meta.url));

export default {
  test: { include: ['vitest.test.ts'] },
  // Only here: skein is the folder above. Elsewhere it is a package, and no setting is needed.
  resolve: {
    alias: [
      { find: /^skein$/, replacement: built('index') },
      { find: 'skein/testing', replacement: built('testing') },
    ],
  },
};
