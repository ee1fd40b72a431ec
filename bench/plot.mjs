/** The multiples of native promises as an SVG: a row a question, a dot a contestant, on a logarithmic scale. */

const colours = {
  skein: '#d6336c',
  effect: '#1971c2',
  effection: '#2f9e44',
  'redux-saga': '#9c36b5',
  bluebird: '#0c8599',
  co: '#868e96',
  'p-limit': '#f08c00',
  'p-queue': '#e8590c',
  asyncio: '#6741d9',
};
const names = Object.keys(colours);
const [left, right, top, row] = [190, 30, 70, 26];
const width = 900;
/** Powers of ten. */
const [least, most] = [-2, 4];

const x = (ratio) => {
  const share = (Math.log10(ratio) - least) / (most - least);
  return (left + Math.min(Math.max(share, 0), 1) * (width - left - right)).toFixed(1);
};

const text = (at, content, attributes = '') => {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${at[0]}" y="${at[1]}" ${attributes}>${escaped}</text>`;
};

export function plotOf({ node, results }) {
  const compared = results.filter(({ contestants }) => contestants[0].name === 'native');
  const height = top + compared.length * row + 20;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#343a40">`,
    `<title>Multiples of native promises, ${node}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...legend(),
    ...scale(height),
  ];
  for (const [index, result] of compared.entries()) {
    const y = top + index * row + row / 2;
    parts.push(text([left - 12, y + 4], result.name, 'text-anchor="end"'), ...dots(result, y));
  }
  return `${[...parts, '</svg>'].join('\n')}\n`;
}

function legend() {
  return names.flatMap((name, index) => {
    const at = left + index * 84;
    return [`<circle cx="${at}" cy="20" r="5" fill="${colours[name]}"/>`, text([at + 9, 24], name)];
  });
}

function scale(height) {
  const powers = Array.from({ length: most - least + 1 }, (_, index) => 10 ** (least + index));
  return powers.flatMap((power) => [
    `<line x1="${x(power)}" x2="${x(power)}" y1="${top - 10}" y2="${height - 20}" stroke="${power === 1 ? '#343a40' : '#dee2e6'}"/>`,
    text([x(power), top - 16], power === 1 ? 'native' : `${power} ×`, 'text-anchor="middle"'),
  ]);
}

/** Skein last, so that nothing hides it. */
function dots({ contestants }, y) {
  return [...names].reverse().flatMap((name) => {
    const one =
      contestants.find((contestant) => contestant.name === name) ??
      contestants.find((contestant) => contestant.name.split(',')[0] === name);
    if (one === undefined) return [];
    const radius = name === 'skein' ? 7 : 5;
    return [
      `<circle cx="${x(one.ratio)}" cy="${y}" r="${radius}" fill="${colours[name]}" fill-opacity="0.85"/>`,
    ];
  });
}
