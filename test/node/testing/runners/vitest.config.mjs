/** As in a project that has the package in node_modules: Node loads it, not vitest. */
export default {
  test: { include: ['vitest.test.mjs'], server: { deps: { external: [/\/dist\/.+\.js$/] } } },
};
