import type { ESLint, Linter, Rule } from 'eslint';

declare const plugin: ESLint.Plugin & {
  readonly rules: Record<string, Rule.RuleModule>;
  readonly configs: {
    /** Every rule, by the imports and declarations of a file: for JavaScript, and for TypeScript without types. */
    readonly recommended: Linter.Config;
    /** The same rules, which ask the type checker: they know what other files export. */
    readonly recommendedTypeChecked: Linter.Config;
    /** For files of tests, behind one of the others: a test may catch everything that it looks at. */
    readonly tests: Linter.Config;
  };
};
export default plugin;
