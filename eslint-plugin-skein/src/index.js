import noAwaitGenerator from './rules/no-await-generator.js';
import noClosureInJob from './rules/no-closure-in-job.js';
import noFloatingCoroutine from './rules/no-floating-coroutine.js';
import noLateStart from './rules/no-late-start.js';
import noPromiseCombinators from './rules/no-promise-combinators.js';
import noSwallowedCancellation from './rules/no-swallowed-cancellation.js';
import usingIsUsed from './rules/using-is-used.js';
import yieldStar from './rules/yield-star.js';

const rules = {
  'no-await-generator': noAwaitGenerator,
  'no-closure-in-job': noClosureInJob,
  'no-floating-coroutine': noFloatingCoroutine,
  'no-late-start': noLateStart,
  'no-promise-combinators': noPromiseCombinators,
  'no-swallowed-cancellation': noSwallowedCancellation,
  'using-is-used': usingIsUsed,
  'yield-star': yieldStar,
};

/** @type {import('eslint').ESLint.Plugin} */
const plugin = {
  meta: { name: 'eslint-plugin-skein', version: '0.1.0' },
  rules,
};

const all = Object.fromEntries(
  Object.keys(rules).map((name) => [`skein/${name}`, /** @type {'error'} */ ('error')]),
);

/** @type {import('eslint').Linter.Config} */
const recommended = {
  name: 'skein/recommended',
  plugins: { skein: plugin },
  rules: {
    ...all,
    // A coroutine that has nothing to wait for, yet, is a generator function without `yield`.
    'require-yield': 'off',
  },
};

plugin.configs = {
  recommended,
  recommendedTypeChecked: {
    ...recommended,
    name: 'skein/recommended-type-checked',
    languageOptions: { parserOptions: { projectService: true } },
    settings: { skein: { typeChecked: true } },
  },
  /** For files of tests, behind one of the others: a test catches what it looks at. */
  tests: {
    name: 'skein/tests',
    rules: { 'skein/no-swallowed-cancellation': 'off' },
  },
};

export default plugin;
