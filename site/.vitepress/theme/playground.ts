/** The page with the playground: an editor, programs to begin with, and a link that has the program in it. */
import { defineComponent, h, onMounted, ref } from 'vue';
import type { Editor } from '../../playground/editor.ts';
import { programs } from '../../playground/programs.ts';
import { fromHash, longLink, toHash } from '../../playground/share.ts';
import { button, buttons } from './buttons.ts';
import { Outcome } from './outcome.ts';
import { useSession } from './session.ts';

export const Playground = defineComponent({
  setup() {
    const first = programs[0]!;
    const session = useSession(first.code);
    const place = ref<HTMLElement>();
    const said = ref('');
    let editor: Editor | undefined;

    onMounted(async () => {
      const shared = await fromHash(location.hash);
      if (shared !== undefined) {
        session.code.value = shared;
        said.value = 'This program came with the link. Look at it before you run it.';
      } else if (location.hash.startsWith('#1.')) {
        said.value = 'The program of the link could not be read.';
      }
      const { openEditor } = await import('../../playground/editor.ts');
      if (place.value === undefined) return;
      editor = openEditor(place.value, session.code.value, {
        changed: (text) => {
          session.code.value = text;
        },
        run: session.run,
      });
    });

    async function share(): Promise<void> {
      try {
        const hash = await toHash(session.code.value);
        history.replaceState(history.state, '', hash);
        await navigator.clipboard?.writeText(location.href).catch(() => undefined);
        said.value =
          location.href.length > longLink
            ? 'The program is in the address. It is long: chats and mails may cut it off.'
            : 'The program is in the address, which was copied.';
      } catch (error) {
        said.value = (error as Error).message;
      }
    }

    function choose(event: Event): void {
      const chosen = programs[Number((event.target as HTMLSelectElement).value)]!;
      session.stop();
      editor?.set(chosen.code);
      said.value = '';
    }

    return () =>
      h('div', { class: 'playground' }, [
        h('div', { class: 'program' }, [
          h('div', { class: 'play' }, [
            buttons(session, [
              h(
                'select',
                { 'aria-label': 'Programs to begin with', onChange: choose },
                programs.map(({ title }, index) => h('option', { value: index }, title)),
              ),
              button('Share', () => void share()),
            ]),
            h('p', { class: 'said', role: 'status' }, said.value),
            h('div', { class: 'editor', ref: place }),
          ]),
        ]),
        h('div', { class: 'result' }, [
          session.state.value === 'idle'
            ? h(
                'p',
                { class: 'hint' },
                'Press Run, or Ctrl+Enter in the editor. The tasks are drawn here.',
              )
            : h(Outcome, { session }),
        ]),
      ]);
  },
});
