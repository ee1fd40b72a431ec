const build = new URL(import.meta.url).searchParams.get('build');
const { transfer } = await import(`${build}executors/index.js`);

export const move = (bytes) => transfer(bytes, [bytes.buffer]);
