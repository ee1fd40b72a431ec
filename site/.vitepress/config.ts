/** The site. It asks no other host for anything: fonts are the system's, the search and the playground are files beside it. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { playButtons } from '../tools/fences.mjs';
import { nav, sidebar } from './menus.ts';
import { darkTheme, lightTheme } from './theme/code-colours.ts';
import { typesOnHover } from './types-on-hover.ts';

const root = new URL('../..', import.meta.url).pathname;
const { description, version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

export default defineConfig({
  title: 'skein',
  description,
  lang: 'en',
  base: process.env['SITE_BASE'] ?? '/',
  srcDir: '.cache/pages',
  cacheDir: '.cache/vitepress',
  outDir: 'dist',
  cleanUrls: false,
  lastUpdated: false,
  ignoreDeadLinks: false,
  head: [
    ['meta', { name: 'theme-color', content: '#f7f3ec', media: '(prefers-color-scheme: light)' }],
    ['meta', { name: 'theme-color', content: '#15161d', media: '(prefers-color-scheme: dark)' }],
    [
      'link',
      { rel: 'icon', href: `${process.env['SITE_BASE'] ?? '/'}skein.svg`, type: 'image/svg+xml' },
    ],
  ],
  markdown: {
    theme: { light: lightTheme, dark: darkTheme },
    config: playButtons,
    codeTransformers: [typesOnHover()],
  },
  themeConfig: {
    siteTitle: 'skein',
    logo: '/skein.svg',
    nav,
    sidebar,
    outline: [2, 3],
    externalLinkIcon: false,
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
    footer: { message: `skein ${version}. The licence is MIT.` },
  },
  vite: {
    // Files that do not change with a page: the package, and what runs programs.
    publicDir: `${root}site/.cache/public`,
    build: { chunkSizeWarningLimit: 2000 },
    server: { fs: { allow: [root] } },
  },
});
