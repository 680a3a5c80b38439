// Focus: when a redraw takes away what was focused, focus goes to the same thing in its new version.
const HOLDERS = "dialog,[data-ts],[data-pane],.sidebar,.home";
const CONTROLS = "button,input,select,textarea,a";

/** Runs a redraw and looks after the focus. */
export function keepFocus(redraw) {
  const before = document.activeElement;
  const holder = before?.closest?.(HOLDERS);
  const action = before?.dataset?.action;
  const position = holder ? [...holder.querySelectorAll(CONTROLS)].indexOf(before) : -1;
  const label = before?.getAttribute?.("aria-label") ?? before?.textContent;
  redraw();
  if (!before || before === document.body || before.isConnected) return;
  const place = holder?.isConnected
    ? holder
    : holder?.dataset.ts
      ? document.querySelector(`[data-ts="${holder.dataset.ts}"]`)
      : null;
  if (!place) return;
  const same = [...place.querySelectorAll(CONTROLS)];
  const next =
    (action && same.find((one) => one.dataset.action === action)) ||
    same.find((one) => (one.getAttribute("aria-label") ?? one.textContent) === label) ||
    (place.matches("dialog") ? place.querySelector("h2") : same[position]);
  next?.focus({ preventScroll: true });
}
