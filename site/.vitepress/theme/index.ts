import DefaultTheme from 'vitepress/theme-without-fonts';
import { type App, defineAsyncComponent } from 'vue';
import '@shikijs/twoslash/style-rich.css';
import './style.css';
import { Hero } from './hero.ts';
import { Play } from './play.ts';
import { placeTypePopups } from './type-popups.ts';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }: { app: App }) {
    if (typeof document !== 'undefined') placeTypePopups();
    app.component('Hero', Hero);
    app.component('Play', Play);
    app.component(
      'Playground',
      defineAsyncComponent(async () => (await import('./playground.ts')).Playground),
    );
  },
};
