/** An example of a page: the block of code as it stands in the page, with a row of buttons. What runs it is loaded when it is run. */
import { withBase } from 'vitepress';
import { defineComponent, h, nextTick, onMounted, ref } from 'vue';
import { toHash } from '../../playground/share.ts';
import { button, buttons } from './buttons.ts';
import { Outcome } from './outcome.ts';
import { useSession } from './session.ts';

export const Play = defineComponent({
  props: { code: { type: String, required: true } },
  setup(props, { slots }) {
    const session = useSession(decodeURIComponent(props.code).trimEnd());
    const isEdited = ref(false);
    const isMounted = ref(false);
    const place = ref<HTMLElement>();
    onMounted(() => {
      isMounted.value = true;
    });

    async function edit(): Promise<void> {
      isEdited.value = true;
      await nextTick();
      const { openEditor } = await import('../../playground/editor.ts');
      if (place.value === undefined) return;
      const editor = openEditor(place.value, session.code.value, {
        changed: (text) => {
          session.code.value = text;
        },
        run: session.run,
      });
      editor.focus();
    }

    async function open(): Promise<void> {
      location.href = `${withBase('/playground.html')}${await toHash(session.code.value)}`;
    }

    return () =>
      h('div', { class: 'play' }, [
        isEdited.value ? h('div', { class: 'editor', ref: place }) : slots['default']?.(),
        isMounted.value
          ? buttons(session, [
              isEdited.value ? undefined : button('Edit', () => void edit()),
              button(
                [h('span', { class: 'wide' }, 'Open in the '), 'playground'],
                () => void open(),
              ),
            ])
          : undefined,
        session.state.value === 'idle' ? undefined : h(Outcome, { session }),
      ]);
  },
});
