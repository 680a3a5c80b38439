// Scrolling: a list that was at its end stays there when something comes or grows; otherwise it does not move.
const NEAR = 48;
const atEnd = (el) => el.scrollHeight - el.scrollTop - el.clientHeight < NEAR;

/** For a list that was just put on the page. */
export function stickToEnd(el) {
  let stuck = true;
  let last = 0;
  const toEnd = () => (el.scrollTop = el.scrollHeight);
  toEnd();
  el.addEventListener(
    "scroll",
    () => {
      // Only a person scrolls up; a list that grows does not.
      if (atEnd(el)) stuck = true;
      else if (el.scrollTop < last - 1) stuck = false;
      last = el.scrollTop;
      mark(el, stuck);
    },
    { passive: true },
  );
  const grown = new ResizeObserver(() => (stuck ? toEnd() : mark(el, stuck)));
  grown.observe(el);
  grown.observe(el.firstElementChild);
}

function mark(el, stuck) {
  el.classList.toggle("away", !stuck);
}

export function jumpToEnd(button) {
  const el = button.closest(".pane").querySelector(".scroller");
  el.scrollTop = el.scrollHeight;
  el.focus({ preventScroll: true });
}
