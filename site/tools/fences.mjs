/**
 * An example that the playground can run is given to the component `Play`, with its program. Without scripts it is a plain block. Below an
 * example that it cannot run stands why.
 */

/** @param {import('vitepress').MarkdownRenderer} md */
export function playButtons(md) {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const made = fence(tokens, index, options, env, self);
    const lacks = /\blacks:(\S+)/.exec(token.info)?.[1];
    if (lacks !== undefined) {
      const what = md.renderInline(decodeURIComponent(lacks));
      return `${made}<p class="lacks">Runs in Node. A page does not have ${what}.</p>`;
    }
    if (!/\bplay\b/.test(token.info)) return made;
    return `<Play code="${encodeURIComponent(token.content)}">${made}</Play>`;
  };
}
