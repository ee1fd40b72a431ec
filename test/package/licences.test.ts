/** The licences of what the package needs, of what is copied into it, and of what it is made with. Without a network. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** May be passed on with a program under any licence: they ask for their text, and for nothing of the program. */
const permissive = ['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD'];

/** What only tools may have, as nothing of them is passed on. Each with what it is for. */
const ofTools = [
  ...permissive,
  // minimatch and lru-cache of their author's later versions: permissive, but few lawyers know it.
  'BlueOak-1.0.0',
  // argparse, which js-yaml reads its arguments with: the permissive licence of Python.
  'Python-2.0',
  // axe-core tests pages, lightningcss makes their styles smaller: changes of their files would have to be published.
  'MPL-2.0',
  // caniuse-lite: data of browsers, which asks to name its author where it is published.
  'CC-BY-4.0',
  // The icons of the theme of the documentation site: given to all.
  'CC0-1.0',
];

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly license?: string;
}

const locked = (folder: string): [path: string, about: Locked][] => {
  const text = readFileSync(`${root}${folder}package-lock.json`, 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, Locked> };
  return Object.entries(packages).filter(([path]) => path !== '');
};

/** Whether one may choose a licence of the list: `MIT OR Apache-2.0`. What has to be kept together (`AND`) has all of it in the list. */
function isAmong(list: string[], licence = 'none'): boolean {
  const choices = licence.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((each) => list.includes(each)));
}

const refused = (list: string[], among: [string, Locked][]): string[] =>
  among
    .filter(([, { license }]) => !isAmong(list, license))
    .map(([path, { license }]) => `${path}: ${license}`);

describe('licences', () => {
  test('of what is installed with the package are permissive, and are few', () => {
    const production = locked('').filter(([, { dev }]) => !dev);
    expect(production.length).toBeLessThan(10);
    expect(refused(permissive, production)).toEqual([]);
  });

  test.each(['', 'recipes/', 'bench/', 'eslint-plugin-skein/', 'site/'])(
    'of what %spackage-lock.json has tools and tests for are of the list',
    (folder) => {
      expect(refused(ofTools, locked(folder))).toEqual([]);
    },
  );

  test('in the lock file are those that the packages themselves name', () => {
    const others = locked('').flatMap(([path, { license }]) => {
      const file = `${root}${path}/package.json`;
      // Packages for another system are not installed.
      if (!existsSync(file)) return [];
      const own = JSON.parse(readFileSync(file, 'utf8')) as { license?: unknown };
      return own.license === license ? [] : [`${path}: ${own.license}`];
    });
    expect(others).toEqual([]);
  });

  test('of packages that are copied into the page of skein open are permissive, and go with it', () => {
    const page = readFileSync(`${root}dist/inspect/page/page.js`, 'utf8');
    const texts = readFileSync(`${root}dist/inspect/page/licences.txt`, 'utf8');
    expect(page).not.toMatch(/\bfrom ?["']/);
    const copied = [...texts.matchAll(/^(\S+) \d+\.\d+\.\d+\S*$/gm)].map(([, name]) => name);
    expect(copied).toEqual(['preact']);
    const among = locked('').filter(([path]) => copied.includes(path.slice(13)));
    expect(refused(permissive, among)).toEqual([]);
    expect(texts).toMatch(/MIT License.*Copyright.*Permission is hereby granted/s);
  });

  test('that ask for more are noticed', () => {
    const about = (license?: string): [string, Locked] => [
      'some',
      license === undefined ? {} : { license },
    ];
    const some = ['GPL-3.0-only', 'MIT OR GPL-2.0', '(MIT AND GPL-2.0)', undefined];
    expect(refused(ofTools, some.map(about))).toEqual([
      'some: GPL-3.0-only',
      'some: (MIT AND GPL-2.0)',
      'some: undefined',
    ]);
  });
});
