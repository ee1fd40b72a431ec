/** Which files the transform takes, and what it refuses to be given. */
import { resolve } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { readOptions, type TransformOptions } from '../../../src/transform/options.ts';
import { loweringTarget } from '../../../src/transform/targets.ts';

const here = resolve(process.cwd()).replaceAll('\\', '/');

describe('a file', () => {
  test.each<[string, TransformOptions | undefined, string]>([
    ['/app/main.ts', undefined, 'if it imports skein'],
    ['/app/main.js?v=1', {}, 'if it imports skein'],
    ['C:\\app\\main.mjs', {}, 'if it imports skein'],
    ['/app/App.vue?vue&type=script&lang.ts', {}, 'if it imports skein'],
    ['/app/index.html?html-proxy&index=0.js', {}, 'if it imports skein'],
    ['/app/index.html?html-proxy&direct&index=0.css', {}, 'left alone'],
    ['/app/index.html', {}, 'left alone'],
    ['/app/style.css', {}, 'left alone'],
    ['/app/main.ts?raw', {}, 'left alone'],
    ['/app/main.ts?url', {}, 'left alone'],
    ['\0virtual.js', { include: '**' }, 'left alone'],
    ['/app/node_modules/some/index.js', {}, 'left alone'],
    ['/app/node_modules/some/index.js', { include: '**/node_modules/some/**' }, 'always'],
    ['/app/node_modules/other/index.js', { include: '**/node_modules/some/**' }, 'left alone'],
    ['/app/node_modules/some/index.js', { include: /node_modules\/(?:some|other)\// }, 'always'],
    ['/app/src/main.ts', { exclude: '/app/src/*.ts' }, 'left alone'],
    ['/app/src/in/main.ts', { exclude: '/app/src/*.ts' }, 'if it imports skein'],
    ['/app/src/in/main.ts', { exclude: '/app/src/**/*.ts' }, 'left alone'],
    ['/app/src/main.ts', { exclude: '/app/src/**/*.ts' }, 'left alone'],
    ['/app/a.page.ts', { include: ['**/*.view.ts', /\.page\.ts$/] }, 'always'],
    ['/app/a.page.ts', { include: /\.page\.ts$/g, exclude: '**/a.*' }, 'left alone'],
    ['/app/a.tsx', { include: '**/*.{ts,tsx}' }, 'always'],
    ['/app/a.jsx', { include: '**/*.{ts,tsx}' }, 'if it imports skein'],
    ['/app/ab.ts', { include: '/app/a?.ts' }, 'always'],
    ['/app/(x)/[id]+.ts', { include: '/app/(x)/[id]+.ts' }, 'always'],
    ['/app/a,b.ts', { include: '/app/a,b.ts' }, 'always'],
    [`${here}/src/a.ts`, { include: 'src/**' }, 'always'],
    [`${here}/src/a.ts`, { include: './src/*.ts' }, 'always'],
    [`${here}/other/src/a.ts`, { include: 'src/**' }, 'if it imports skein'],
  ])('%s with %o is %s', (id, options, expected) => {
    expect(readOptions(options)(id)).toBe(expected);
    // A RegExp with a flag that makes it remember is asked more than once.
    expect(readOptions(options)(id)).toBe(expected);
  });
});

describe('the options', () => {
  test.each<[unknown, string]>([
    [
      { include: 5 },
      "`include` expected a glob, a RegExp, or a list of these, but got 5. Write `include: 'src/**'` or `include: /\\.page\\.ts$/`.",
    ],
    [
      { include: [() => true] },
      '`include` expected a glob, a RegExp, or a list of these, but got a function.',
    ],
    [{ exclude: '' }, '`exclude` expected a glob, a RegExp, or a list of these, but got "".'],
    [
      { exclude: [['a']] },
      '`exclude` expected a glob, a RegExp, or a list of these, but got an array.',
    ],
    [{ include: null }, '`include` expected a glob, a RegExp, or a list of these, but got null.'],
    [
      { include: 'src/{a,b' },
      '`include` expected a glob with a `}` for each `{`, but got "src/{a,b".',
    ],
    [
      { includes: 'src' },
      '`transform` expected options that it knows, `include` and `exclude`, but got `includes`.',
    ],
    [
      'src/**',
      '`transform` expected an object of options, but got "src/**". Write `{ include: \'src/**\' }`, or nothing.',
    ],
    [['src/**'], '`transform` expected an object of options, but got an array.'],
  ])('%o are refused', (options, message) => {
    expect(() => readOptions(options as TransformOptions)).toThrow(TypeError);
    expect(() => readOptions(options as TransformOptions)).toThrow(message);
  });

  test('that are undefined are not given', () => {
    const options = { include: undefined, exclude: undefined } as unknown as TransformOptions;
    expect(readOptions(options)('/app/a.ts')).toBe('if it imports skein');
  });
});

describe('a target', () => {
  test.each([
    'es5',
    'ES6',
    'es2015',
    'es2017',
    'chrome58',
    'safari11.1',
    'ios11',
    'firefox56',
    'edge18',
    'node8.17',
    'opera49',
    'ie11',
    'esnext, chrome50',
    ['es2020', 'es2017'],
  ])('%s lowers await', (target) => {
    expect(loweringTarget(target)).toBeDefined();
  });

  test.each([
    undefined,
    false,
    'esnext',
    'es2018',
    'es2024',
    'es9',
    'chrome111',
    'chrome63.0',
    'safari16.4',
    'node20',
    'modules',
    'baseline-widely-available',
    ['es2020', 'chrome80', 'safari14'],
  ])('%s keeps it', (target) => {
    expect(loweringTarget(target)).toBeUndefined();
  });
});
