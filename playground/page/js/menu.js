// Buttons that open something: menus, lists, small panels. One is open at a time; arrows move, Escape and Tab close.
import { setUi, setUiNow, ui } from "./state.js";
import { h } from "./vdom.js";

const ITEMS = "[role=menuitem],[role=option],[role=menuitemcheckbox]";

/** A trigger and its popup. `popup` draws the inside; `role` is menu, listbox or dialog. */
export function popupButton({ id, label, role = "menu", button = {}, face, popup, onclose, side = "below" }) {
  const open = ui.menu === id;
  const anchor = `anchor-${id}`;
  const close = (refocus) => {
    if (ui.menu !== id) return;
    setUi({ menu: null });
    if (refocus) document.getElementById(anchor)?.focus();
    onclose?.();
  };
  return h(
    "span",
    { class: "popup-host", key: `popup-${id}` },
    h(
      "button",
      {
        type: "button",
        ...button,
        id: anchor,
        "aria-haspopup": role,
        "aria-expanded": String(open),
        "data-menu": id,
        onclick: () => (open ? close(true) : setUiNow({ menu: id })),
        onkeydown: (event) => {
          if (event.key !== "ArrowDown" || open) return;
          event.preventDefault();
          setUiNow({ menu: id });
        },
      },
      face,
    ),
    open
      ? h(
          "div",
          {
            key: "open",
            class: `popup popup-${role}`,
            role,
            "aria-label": label,
            id: `popup-${id}`,
            tabIndex: -1,
            ref: (el) => arrive(el, document.getElementById(anchor), side, role),
            onkeydown: (event) => keys(event, close),
            onfocusout: (event) => {
              if (event.relatedTarget && !event.currentTarget.parentNode?.contains(event.relatedTarget)) close(false);
            },
          },
          popup(close),
        )
      : null,
  );
}

export function menuItem({ key, role = "menuitem", onpick, face, ...more }) {
  return h("button", { key, type: "button", role, tabIndex: -1, class: "popup-item", onclick: onpick, ...more }, face);
}

function arrive(el, anchor, side, role) {
  const put = () => el.isConnected && place(el, anchor, side);
  put();
  const first =
    role === "dialog"
      ? el.querySelector("input,button,select,textarea")
      : (el.querySelector("[aria-selected=true]") ?? el.querySelector(ITEMS));
  (first ?? el).focus({ preventScroll: true });
  const stop = new AbortController();
  const follow = () => (el.isConnected ? put() : stop.abort());
  window.addEventListener("scroll", follow, { capture: true, passive: true, signal: stop.signal });
  window.addEventListener("resize", follow, { signal: stop.signal });
}

function place(el, anchor, side) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = el;
  const below = side !== "above" && box.bottom + high + 12 < innerHeight;
  const top = below || box.top < high + 12 ? box.bottom + 6 : box.top - high - 6;
  const left = box.left + wide + 12 > innerWidth ? box.right - wide : box.left;
  el.style.top = `${Math.max(8, Math.min(top, innerHeight - high - 8))}px`;
  el.style.left = `${Math.max(8, left)}px`;
}

function keys(event, close) {
  const items = [...event.currentTarget.querySelectorAll(ITEMS)].filter((item) => !item.disabled);
  const at = items.indexOf(document.activeElement);
  const go = (index) => {
    event.preventDefault();
    items.at(index % items.length)?.focus();
  };
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(true);
  } else if (!items.length) return;
  else if (event.key === "ArrowDown" || event.key === "ArrowRight") go(at + 1);
  else if (event.key === "ArrowUp" || event.key === "ArrowLeft") go(at - 1);
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(-1);
  else if (event.key === "Tab") close(true);
  else if (event.key.length === 1 && /\S/.test(event.key) && event.target.tagName !== "INPUT") {
    const next = [...items.slice(at + 1), ...items].find((item) =>
      item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()),
    );
    next?.focus();
  }
}

document.addEventListener("pointerdown", (event) => {
  if (!ui.menu) return;
  const host = document.getElementById(`anchor-${ui.menu}`)?.parentNode;
  if (host && !host.contains(event.target)) {
    const shut = host.querySelector(".popup");
    shut?.dispatchEvent(new FocusEvent("focusout", { relatedTarget: document.body, bubbles: false }));
    if (ui.menu) setUi({ menu: null });
  }
});
