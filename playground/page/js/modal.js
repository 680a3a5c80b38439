// Modals: the stack of views, submitting and closing them, and the small dialog that asks to confirm.
import * as api from "./api.js";
import { blocks } from "./blocks.js";
import * as form from "./form.js";
import { icon } from "./icons.js";
import { plain, textObject } from "./mrkdwn.js";
import { changed, setUi, store, ui } from "./state.js";
import { h } from "./vdom.js";

const busy = new Set();
let returnTo = null;

export function modals() {
  const stack = store.workspace.views;
  return [
    ...stack.map((view, index) => modal(view, index === stack.length - 1)),
    ui.confirm ? confirmDialog(ui.confirm) : null,
  ];
}

/** Called after every redraw: when the last modal has gone, focus goes back to where it came from. */
export function afterModals() {
  if (document.querySelector("dialog") || !returnTo) return;
  if (document.activeElement === document.body && returnTo.isConnected) returnTo.focus();
  returnTo = null;
}

function show(el) {
  if (!document.querySelector("dialog[open]")) returnTo = document.activeElement;
  el.showModal();
  const first =
    el.querySelector("[data-first] .field, [data-first] input") ??
    el.querySelector("[data-first] .button.primary:not(.solid)") ??
    el.querySelector(".modal-foot[data-first] button") ??
    el.querySelector(".modal-foot [type=submit]") ??
    el.querySelector("h2");
  first?.focus({ preventScroll: true });
}

/** Keeps Tab inside: the browser would otherwise leave for its own bars between the last and the first stop. */
function cycle(event) {
  if (event.key !== "Tab" || event.defaultPrevented) return;
  const stops = [
    ...event.currentTarget.querySelectorAll("button,input,select,textarea,a[href],summary,[tabindex='0']"),
  ].filter((el) => !el.disabled && el.tabIndex >= 0 && el.getClientRects().length);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge && !(event.shiftKey && document.activeElement.tagName === "H2")) return;
  event.preventDefault();
  stops.at(event.shiftKey ? -1 : 0)?.focus();
}

function modal(view, top) {
  const id = `modal-${view.id}`;
  const waiting = busy.has(view.id);
  const problem = ui.problems[view.id];
  const still = !view.blocks.some((block) => block.type === "input"); // a card, not a form: read out as a whole
  return h(
    "dialog",
    {
      key: view.id,
      class: `modal${top ? "" : " under"}`,
      "aria-labelledby": `${id}-title`,
      "aria-modal": "true",
      "aria-busy": waiting ? "true" : null,
      ref: show,
      onkeydown: cycle,
      "aria-describedby": still ? `${id}-body` : null,
      oncancel: (event) => {
        event.preventDefault();
        if (ui.menu) setUi({ menu: null });
        else shut(view);
      },
    },
    h(
      "form",
      { novalidate: true, onsubmit: (event) => (event.preventDefault(), send(view)) },
      h(
        "header",
        { class: "modal-head" },
        h("h2", { id: `${id}-title`, tabIndex: -1 }, plain(view.title)),
        h(
          "button",
          { type: "button", class: "tool", "aria-label": "Dismiss", title: "Dismiss", onclick: () => shut(view) },
          icon("close"),
        ),
      ),
      h(
        "div",
        { class: "modal-body", "data-first": true, tabIndex: -1 },
        problem ? h("p", { class: "alert error", role: "alert", key: "problem" }, problem) : null,
        h(
          "div",
          { key: "blocks", id: `${id}-body`, "aria-live": still ? "polite" : null },
          blocks(view.blocks, { scope: view.id, surface: "modal", container: { type: "view", view_id: view.id } }),
        ),
      ),
      footer(view, waiting),
    ),
  );
}

function footer(view, waiting) {
  if (!view.submit && !view.close) return null;
  return h(
    "footer",
    { class: "modal-foot" },
    h(
      "button",
      { type: "button", class: "button", onclick: () => shut(view) },
      view.close ? plain(view.close) : "Cancel",
    ),
    view.submit
      ? h(
          "button",
          { type: "submit", class: "button primary solid", "aria-busy": waiting ? "true" : null },
          h("span", {}, plain(view.submit)),
        )
      : null,
  );
}

async function send(view) {
  if (busy.has(view.id)) return;
  const wrong = form.problems(view.id, view.blocks);
  delete ui.problems[view.id];
  if (Object.keys(wrong).length) return complain(view, wrong);
  busy.add(view.id);
  ui.fieldErrors[view.id] = {};
  changed();
  const answer = await api.submit(view.id, form.values(view.id, view.blocks));
  busy.delete(view.id);
  if (answer.error === "field_errors") return complain(view, answer.errors ?? {});
  if (!answer.ok) ui.problems[view.id] = answer.message;
  return changed();
}

/** Errors go under their fields; focus goes to the first one; an error without a field goes to the top. */
function complain(view, errors) {
  const known = view.blocks.filter((block) => block.type === "input" && errors[block.block_id]);
  const homeless = Object.entries(errors).filter(([block]) => !known.some((one) => one.block_id === block));
  ui.fieldErrors[view.id] = errors;
  if (homeless.length) ui.problems[view.id] = homeless.map(([, sentence]) => sentence).join(" ");
  changed();
  if (!known.length) return;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const row = document.querySelector(`dialog [data-block="${CSS.escape(known[0].block_id)}"]`);
      row?.querySelector("input,select,textarea,button")?.focus();
      row?.scrollIntoView({ block: "nearest" });
    }),
  );
}

async function shut(view) {
  if (busy.has(view.id)) return;
  const answer = await api.close(view.id);
  if (answer.ok) return;
  ui.problems[view.id] = answer.message;
  changed();
}

function confirmDialog(confirm) {
  return h(
    "dialog",
    {
      key: "confirm",
      class: "modal confirm",
      role: "alertdialog",
      "aria-labelledby": "confirm-title",
      "aria-describedby": "confirm-text",
      ref: show,
      onkeydown: cycle,
      oncancel: (event) => (event.preventDefault(), confirm.answer(false)),
    },
    h("h2", { id: "confirm-title", tabIndex: -1 }, plain(confirm.title) || "Are you sure?"),
    h("div", { class: "text", id: "confirm-text" }, textObject(confirm.text)),
    h(
      "footer",
      { class: "modal-foot", "data-first": true },
      h(
        "button",
        { type: "button", class: "button", onclick: () => confirm.answer(false) },
        plain(confirm.deny) || "Cancel",
      ),
      h(
        "button",
        {
          type: "button",
          class: `button solid ${confirm.style === "danger" ? "danger" : "primary"}`,
          onclick: () => confirm.answer(true),
        },
        plain(confirm.confirm) || "Yes",
      ),
    ),
  );
}
