/** An example that the playground can run is given to the component `Play`, with its program. Without scripts it is a plain block. */

/** @param {import('vitepress').MarkdownRenderer} md */
export function playButtons(md) {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const made = fence(tokens, index, options, env, self);
    if (!/\bplay\b/.test(token.info)) return made;
    return `<Play code="${encodeURIComponent(token.content)}">${made}</Play>`;
  };
}
