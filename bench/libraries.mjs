import { existsSync } from 'node:fs';

/** The URL of the `dist` of this checkout. */
export const thisBuild = new URL('../dist/', import.meta.url).href;

/** The entry of Node. Builds from before it had one entry for all hosts. */
function entryOf(build) {
  const ofNode = new URL('node/index.js', build);
  return existsSync(ofNode) ? ofNode.href : `${build}index.js`;
}

/** Builds from before it have no `skein/inspect`. */
async function inspectOf(build) {
  const ofNode = new URL('node/inspect.js', build);
  return existsSync(ofNode) ? await import(ofNode.href) : {};
}

function executorsOf(build) {
  const ofNode = new URL('node/executors.js', build);
  return existsSync(ofNode) ? ofNode.href : `${build}executors/index.js`;
}

/** What the contestants are made of: the first word of a contestant's name says which library its function is given. */
const libraries = {
  native: () => ({}),
  async skein(build) {
    const [core, executors, inspect] = await Promise.all([
      import(entryOf(build)),
      import(executorsOf(build)),
      inspectOf(build),
    ]);
    return { ...core, ...executors, ...inspect };
  },
  limit: () => import('./limit.mjs'),
  effect: () => import('effect'),
  effection: () => import('effection'),
  async bluebird() {
    const { default: Bluebird } = await import('bluebird');
    Bluebird.config({ cancellation: true });
    return Bluebird;
  },
  async 'redux-saga'() {
    const [{ runSaga }, effects] = await Promise.all([
      import('@redux-saga/core'),
      import('@redux-saga/core/effects'),
    ]);
    return { runSaga, ...effects };
  },
  co: async () => (await import('co')).default,
  'p-limit': async () => (await import('p-limit')).default,
  'p-map': async () => (await import('p-map')).default,
  'p-queue': async () => (await import('p-queue')).default,
  'p-retry': async () => (await import('p-retry')).default,
  'p-throttle': async () => (await import('p-throttle')).default,
};

const libraryOf = (contestant) => contestant.split(',')[0];

/** @param build - The URL of the `dist` that is skein. */
export const load = (contestant, build = thisBuild) => libraries[libraryOf(contestant)](build);
