/** The menus, made of what is there: a new guide appears in them by itself. */
import { apiMenu } from '../tools/api.mjs';
import { comparisons, decisions, guides, lessons } from '../tools/sources.mjs';
import { titleOf } from '../tools/titles.mjs';

interface Entry {
  text: string;
  link?: string;
  items?: Entry[];
  collapsed?: boolean;
}

/** The guides that are read first. The others follow by their names. */
const firstGuides = [
  'generators-or-async',
  'cancellation',
  'structured-concurrency',
  'async-functions',
  'blocking-work',
  'testing',
  'debugging',
];

const byOrder = (names: string[], first: string[]): string[] => [
  ...first.filter((name) => names.includes(name)),
  ...names.filter((name) => !first.includes(name)),
];

const learn: Entry[] = [
  { text: 'The eight lessons', link: '/learn/' },
  ...lessons.map((name) => ({
    text: titleOf(`examples/tutorial/${name}.ts`),
    link: `/learn/${name}`,
  })),
];

const guide: Entry[] = [
  { text: 'Start here', link: '/start' },
  { text: 'Ask about', link: '/ask-about' },
  ...byOrder(guides, firstGuides).map((name) => ({
    text: titleOf(`docs/guides/${name}.md`),
    link: `/guides/${name}`,
  })),
];

const from: Entry[] = [
  { text: 'From asyncio', link: '/from/asyncio' },
  { text: 'What differs from asyncio', link: '/from/asyncio-differences' },
  ...byOrder(comparisons, ['promises']).map((name) => ({
    text: titleOf(`docs/from/${name}.md`),
    link: `/from/${name}`,
  })),
];

const about: Entry[] = [
  { text: 'Performance', link: '/performance' },
  { text: 'Architecture', link: '/architecture' },
  { text: 'Glossary', link: '/glossary' },
  { text: 'Changes', link: '/changes' },
  { text: 'Contributing', link: '/contributing' },
  {
    text: 'Decisions',
    link: '/decisions/',
    collapsed: true,
    items: decisions.map((name) => ({
      text: titleOf(`decisions/${name}.md`),
      link: `/decisions/${name}`,
    })),
  },
];

const api: Entry[] = apiMenu();

export const nav = [
  { text: 'Learn', link: '/learn/' },
  { text: 'Guides', link: '/start' },
  { text: 'Recipes', link: '/guides/recipes' },
  { text: 'API', link: '/api/' },
  { text: 'Playground', link: '/playground' },
  { text: 'From …', items: from.map(({ text, link = '' }) => ({ text, link })) },
  { text: 'About', items: about.map(({ text, link }) => ({ text, link: link ?? '' })) },
];

export const sidebar: Record<string, Entry[]> = {
  '/api/': api,
  '/from/': [{ text: 'From …', items: from }],
  '/': [
    { text: 'Learn', link: '/learn/', items: learn, collapsed: false },
    { text: 'Guides', items: guide },
    { text: 'From …', link: '/from/asyncio', items: from, collapsed: true },
    { text: 'About', link: '/performance', items: about, collapsed: true },
  ],
};
