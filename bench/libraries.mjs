/** What the contestants are made of: the first word of a contestant's name says which library its function is given. */
const libraries = {
  native: () => ({}),
  skein: () => import('../dist/index.js'),
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
  'p-queue': async () => (await import('p-queue')).default,
};

const libraryOf = (contestant) => contestant.split(',')[0];

export const load = (contestant) => libraries[libraryOf(contestant)]();
