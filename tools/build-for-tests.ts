import process from 'node:process';
import { build, buildIsDue } from './build.mjs';

/**
 * Runs before the tests that want `dist`, so that they meet the present one: once, however many projects ask.
 *
 * A build that fails says so, and leaves it at that: the tests of the source can run all the same, and
 * `npm test` counts the build by itself.
 */
export default async function setup(): Promise<void> {
  if (process.env['SKEIN_BUILT'] === 'yes') return;
  process.env['SKEIN_BUILT'] = 'yes';
  if (buildIsDue()) await build();
}
