/** The colours of code: few, quiet, and dark or light enough on their ground (4.5 to 1, and more). */
import type { ThemeRegistration } from 'shiki';

interface Colours {
  readonly ground: string;
  readonly text: string;
  readonly comment: string;
  readonly keyword: string;
  readonly string: string;
  readonly number: string;
  readonly call: string;
  readonly type: string;
}

function theme(name: string, type: 'light' | 'dark', colours: Colours): ThemeRegistration {
  const rule = (foreground: string, ...scope: string[]) => ({ scope, settings: { foreground } });
  return {
    name,
    type,
    colors: { 'editor.background': colours.ground, 'editor.foreground': colours.text },
    settings: [
      { settings: { foreground: colours.text, background: colours.ground } },
      rule(colours.comment, 'comment', 'punctuation.definition.comment'),
      rule(colours.keyword, 'keyword', 'storage', 'constant.language', 'variable.language'),
      rule(colours.text, 'keyword.operator.assignment', 'storage.type.function.arrow'),
      rule(colours.string, 'string', 'constant.character.escape', 'string.regexp'),
      rule(colours.number, 'constant.numeric'),
      rule(colours.call, 'entity.name.function', 'support.function'),
      rule(colours.type, 'entity.name.type', 'support.type', 'support.class', 'entity.name.class'),
    ],
  };
}

export const lightTheme = theme('skein-light', 'light', {
  ground: '#fffdf9',
  text: '#2b2a33',
  comment: '#66635c',
  keyword: '#8a2f5d',
  string: '#2f6b3b',
  number: '#94501a',
  call: '#2d4f9e',
  type: '#1d6a72',
});

export const darkTheme = theme('skein-dark', 'dark', {
  ground: '#1b1d26',
  text: '#e4e1d8',
  comment: '#9c9a94',
  keyword: '#f2a3c7',
  string: '#a5d6a0',
  number: '#f0bd8a',
  call: '#9dbcf7',
  type: '#84d3d8',
});
