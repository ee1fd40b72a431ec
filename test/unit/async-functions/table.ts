/** The table of docs/guides/async-functions.md: what async functions can do as tasks, in which host. */
import type { Scenario } from './scenarios.ts';

/** The hosts, each with the reason for which it cannot do a scenario, if it cannot. Their tests hold it to that. */
const hosts: [name: string, lost: (scenario: Scenario) => string | undefined][] = [
  ['Node 20', () => undefined],
  ['Node 24', () => undefined],
  ['Bun', () => undefined],
  ['Deno', () => undefined],
  ['Chromium', ({ lost }) => lost],
  ['Chromium, with the transform', ({ lostInPages }) => lostInPages],
];

export function tableOf(scenarios: readonly Scenario[]): string {
  const reasons = [...new Set(scenarios.flatMap((each) => hosts.map(([, lost]) => lost(each))))];
  const numbered = reasons.filter((reason) => reason !== undefined);
  const cell = (reason: string | undefined): string =>
    reason === undefined ? 'yes' : `no (${numbered.indexOf(reason) + 1})`;
  const rows = scenarios.map(
    (each) => `| ${[each.title, ...hosts.map(([, lost]) => cell(lost(each)))].join(' | ')} |`,
  );
  return [
    `| | ${hosts.map(([name]) => name).join(' | ')} |`,
    `|---|${hosts.map(() => '---|').join('')}`,
    ...rows,
    '',
    ...numbered.map((reason, i) => `${i + 1}. In a browser ${reason}.`),
  ].join('\n');
}
