/**
 * Where the type of a name is shown: below the name if there is room, within the window, and above the buttons of the example. The popup
 * is in the block of code, which would cut it off, so it is placed by the window.
 */
const gapPx = 3;
const marginPx = 16;

export function placeTypePopups(): void {
  document.addEventListener('mouseover', ({ target }) => {
    const name = target instanceof Element ? target.closest('.twoslash-hover') : undefined;
    const popup = name?.querySelector<HTMLElement>('.twoslash-popup-container');
    const at = name?.getClientRects()[0];
    if (popup === undefined || popup === null || at === undefined) return;
    const { offsetWidth, offsetHeight } = popup;
    const rightmost = innerWidth - offsetWidth - marginPx;
    const buttons = name?.closest('.play')?.querySelector('.buttons');
    const lowest = Math.min(innerHeight, buttons?.getBoundingClientRect().top ?? innerHeight);
    const isRoomBelow = at.bottom + gapPx + offsetHeight < lowest;
    popup.style.left = `${Math.max(marginPx, Math.min(at.left, rightmost))}px`;
    popup.style.top = `${isRoomBelow ? at.bottom + gapPx : at.top - gapPx - offsetHeight}px`;
  });
}
