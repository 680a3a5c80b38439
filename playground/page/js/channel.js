// The main pane: a channel or a conversation with its header, messages and composer; the app's two tabs.
import * as api from "./api.js";
import { avatar } from "./avatars.js";
import { composer } from "./composer.js";
import { home } from "./home.js";
import { icon } from "./icons.js";
import { popupButton } from "./menu.js";
import { messageList } from "./messages.js";
import { openChannel, showHome } from "./place.js";
import { jumpToEnd } from "./scroll.js";
import { app, author, channel, isAppDm, messagesIn, person, setUi, store, toast, ui } from "./state.js";
import { h } from "./vdom.js";

export function mainPane() {
  const here = channel(ui.channel);
  if (ui.home || isAppDm(here))
    return h(
      "main",
      { class: "pane", id: "main", "data-pane": "main" },
      appHeader(here),
      ui.home ? home() : talk(here),
    );
  if (!here) return h("main", { class: "pane", id: "main" }, h("p", { class: "empty" }, "Nothing here yet."));
  return h("main", { class: "pane", id: "main", "data-pane": "main" }, header(here), talk(here));
}

const titleOf = (one) =>
  one.kind === "dm"
    ? isAppDm(one)
      ? app().name
      : (person(one.members.find((id) => id !== store.workspace.me))?.real_name ?? one.name)
    : `#${one.name}`;

function talk(here) {
  const name = titleOf(here);
  const mine = here.members.includes(store.workspace.me);
  const about = here.kind === "dm" ? `This is where you and ${name} talk.` : `This is the very beginning of ${name}.`;
  return [
    messageList({ place: here.id, messages: messagesIn(here.id), label: `Messages in ${name}`, empty: about }),
    h(
      "button",
      { type: "button", class: "jump", onclick: (event) => jumpToEnd(event.currentTarget) },
      icon("down"),
      "Newest messages",
    ),
    mine && !here.archived
      ? composer({ place: here.id, label: `Message ${name}`, placeholder: `Message ${name}` })
      : h(
          "div",
          { class: "not-in", key: "not-in" },
          here.archived
            ? `${name} is archived.`
            : [
                `You are not in ${name}. `,
                h(
                  "button",
                  { type: "button", class: "button primary", onclick: () => change(here, store.workspace.me, true) },
                  "Join",
                ),
              ],
        ),
  ];
}

function header(here) {
  return h(
    "header",
    { class: "pane-head" },
    h(
      "h1",
      {},
      here.kind === "dm" ? null : icon(here.private ? "lock" : "hash"),
      h("span", {}, titleOf(here).replace(/^#/, "")),
    ),
    here.kind === "dm" ? null : members(here),
    h("span", { class: "spring" }),
    plainSwitch(),
  );
}

function appHeader(dm) {
  const tab = (name, on, open) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `tab-${name}`,
        "aria-selected": String(on),
        tabIndex: on ? 0 : -1,
        onclick: open,
        onkeydown: otherTab,
      },
      name,
    );
  return h(
    "header",
    { class: "pane-head app-head" },
    h("h1", {}, avatar(author(app().user_id), "small"), h("span", {}, app().name)),
    h(
      "div",
      { role: "tablist", class: "tabs", "aria-label": app().name },
      tab("Home", ui.home, showHome),
      tab("Messages", !ui.home, () => dm && openChannel(dm.id)),
    ),
    h("span", { class: "spring" }),
    ui.home ? null : plainSwitch(),
  );
}

function otherTab(event) {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  event.preventDefault();
  const other = [...event.currentTarget.parentNode.children].find((one) => one !== event.currentTarget);
  other.focus();
  other.click();
}

function plainSwitch() {
  return h(
    "button",
    {
      type: "button",
      role: "switch",
      class: "switch",
      "aria-checked": String(ui.plain),
      title: "Show every message as its text, which notifications and screen readers use",
      onclick: () => setUi({ plain: !ui.plain }),
    },
    h("i", { "aria-hidden": "true" }),
    "Plain text",
  );
}

async function change(here, user, present) {
  const answer = await api.setMember(here.id, user, present);
  if (!answer.ok) toast(answer.message);
}

function members(here) {
  const inside = here.members.map(author);
  return popupButton({
    id: "members",
    role: "dialog",
    label: `Members of #${here.name}`,
    button: { class: "members", "aria-label": `${inside.length} members`, title: "Members" },
    face: [
      h(
        "span",
        { class: "member-faces", "aria-hidden": "true" },
        inside.slice(0, 3).map((one) => h("span", { key: one.id }, avatar(one, "mini"))),
      ),
      h("span", { "aria-hidden": "true" }, inside.length),
    ],
    popup: () =>
      h(
        "ul",
        { class: "member-list" },
        [author(app().user_id), ...store.workspace.people].map((one) => {
          const on = here.members.includes(one.id);
          return h(
            "li",
            { key: one.id },
            avatar(one, "mini"),
            h("span", { class: "name" }, one.real_name, one.isApp ? h("span", { class: "app-badge" }, "APP") : null),
            h(
              "button",
              {
                type: "button",
                class: "button small",
                "aria-label": `${on ? "Remove" : "Add"} ${one.real_name}`,
                onclick: () => change(here, one.id, !on),
              },
              on ? "Remove" : "Add",
            ),
          );
        }),
      ),
  });
}
