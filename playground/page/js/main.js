// The page: puts the parts together, follows the live stream, and redraws when something changes.
import { announcer } from "./announce.js";
import * as api from "./api.js";
import { mainPane } from "./channel.js";
import { keepFocus } from "./focus.js";
import { icon } from "./icons.js";
import { follow } from "./live.js";
import { afterModals, modals } from "./modal.js";
import { markRead, remember, settle } from "./place.js";
import { app, changed, onChange, query, receive, setUi, setUiNow, store, ui } from "./state.js";
import { sidebar } from "./sidebar.js";
import { threadPane } from "./thread.js";
import { timeControl } from "./time.js";
import { h, render } from "./vdom.js";

const roots = { page: document.getElementById("page"), overlays: document.getElementById("overlays") };

function draw() {
  if (!store.workspace || store.workspace.me !== ui.as) return;
  settle();
  markRead();
  keepFocus(() => {
    render(roots.page, page());
    render(roots.overlays, [...modals(), h("div", { key: "said" }, announcer()), toasts()]);
  });
  afterModals();
  remember();
  const place = ui.home ? app().name : store.workspace.channels.find((one) => one.id === ui.channel)?.name;
  document.title = `${place ?? "Playground"} · ${store.workspace.workspace.name}`;
}

/** On narrow windows the sidebar is a drawer: it takes the focus and gives it back. */
function moveDrawer(open) {
  setUiNow({ drawer: open });
  document.querySelector(open ? ".face.on" : ".drawer-button")?.focus();
}

document.addEventListener("keydown", (event) => event.key === "Escape" && ui.drawer && moveDrawer(false));

function page() {
  return h(
    "div",
    { class: `frame${ui.thread && !ui.home ? " with-thread" : ""}` },
    h(
      "div",
      { class: "skips" },
      h("a", { href: "#main" }, "Skip to messages"),
      h(
        "a",
        {
          href: "#composer",
          onclick: (event) => (event.preventDefault(), document.getElementById("composer")?.focus()),
        },
        "Skip to composer",
      ),
    ),
    h(
      "header",
      { class: "topbar" },
      h(
        "button",
        {
          type: "button",
          class: "drawer-button",
          "aria-label": "Channels and people",
          "aria-expanded": String(ui.drawer),
          "aria-controls": "sidebar",
          onclick: () => moveDrawer(!ui.drawer),
        },
        icon("menu"),
      ),
      h("p", { class: "workspace" }, store.workspace.workspace.name, h("span", {}, "playground")),
      timeControl(),
    ),
    sidebar(actAs),
    ui.drawer ? h("div", { class: "scrim", onclick: () => moveDrawer(false) }) : null,
    store.live === "lost"
      ? h("p", { class: "lost", role: "status" }, "The playground is away. This page comes back by itself.")
      : null,
    mainPane(),
    threadPane(),
  );
}

function toasts() {
  return h(
    "div",
    { class: "toasts", key: "toasts", role: "status", "aria-live": "polite" },
    ui.toasts.map((one) =>
      h(
        "div",
        { key: one.id, class: `toast ${one.kind}` },
        h("span", {}, one.text),
        h(
          "button",
          {
            type: "button",
            class: "tool",
            "aria-label": "Close",
            onclick: () => setUi({ toasts: ui.toasts.filter((each) => each !== one) }),
          },
          icon("close"),
        ),
      ),
    ),
  );
}

/** Becomes another person: the place stays if they can see it. */
async function actAs(user) {
  if (user === ui.as) return;
  const state = await api.firstState(user).catch(() => null);
  if (!state) return;
  Object.assign(ui, { as: user, menu: null, drawer: false });
  receive(state);
  follow(user);
  if (ui.home) api.openHome();
}

// Whoever the address names; else whom the server puts first.
async function firstState() {
  const asked = ui.as && (await api.firstState(ui.as).catch(() => null));
  return asked || api.firstState().catch(() => null);
}

async function start() {
  const theme = query.get("theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  onChange(draw);
  const state = await firstState();
  if (!state) {
    render(roots.page, h("p", { class: "waiting", role: "status" }, "Waiting for the playground …"));
    setTimeout(start, 1500);
    return;
  }
  ui.as = state.me;
  receive(state);
  follow(state.me);
  setInterval(changed, 20_000); // "2 minutes ago" grows older by itself
  if (ui.home) api.openHome();
}

start();
