// The left side: who one acts as, channels, direct messages, the app, and whether the app is running.
import { avatar } from "./avatars.js";
import { city, clockTime } from "./dates.js";
import { icon } from "./icons.js";
import { openApp, openChannel, unread } from "./place.js";
import { app, author, channels, isAppDm, me, now, person, store, ui } from "./state.js";
import { h } from "./vdom.js";

export function sidebar(actAs) {
  const all = channels();
  const rooms = all.filter((one) => one.kind !== "dm");
  const talks = all.filter((one) => one.kind === "dm" && !isAppDm(one));
  return h(
    "nav",
    { class: `sidebar${ui.drawer ? " open" : ""}`, "aria-label": "Workspace", id: "sidebar" },
    people(actAs),
    h(
      "div",
      { class: "places" },
      group("Channels", rooms.map(room)),
      talks.length ? group("Direct messages", talks.map(talk)) : null,
      group("Apps", [appEntry(all.find(isAppDm))]),
    ),
    h("a", { class: "switches-link", href: "/switches.html" }, "Change channels and people"),
    connection(),
  );
}

function people(actAs) {
  const everyone = store.workspace.people.filter((one) => !one.is_bot);
  const current = me();
  return h(
    "section",
    { class: "acting", "aria-label": "Acting as" },
    h("h2", { class: "side-title", id: "acting-title" }, "Acting as"),
    h(
      "div",
      { class: "faces", role: "radiogroup", "aria-labelledby": "acting-title", onkeydown: rove },
      everyone.map((one) => {
        const on = one.id === store.workspace.me;
        return h(
          "button",
          {
            key: one.id,
            type: "button",
            role: "radio",
            class: `face${on ? " on" : ""}`,
            "aria-checked": String(on),
            "aria-label": one.real_name,
            title: one.real_name,
            tabIndex: on ? 0 : -1,
            onclick: () => actAs(one.id),
          },
          avatar(one),
          h("span", { class: "first", "aria-hidden": "true" }, one.real_name.split(" ")[0]),
        );
      }),
    ),
    h(
      "p",
      { class: "whoami" },
      h("strong", {}, current?.real_name ?? ""),
      current ? ` · ${city(current.tz)}, ${clockTime(now())}` : "",
    ),
  );
}

function rove(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const faces = [...event.currentTarget.children];
  faces.at((faces.indexOf(document.activeElement) + step) % faces.length).focus();
}

const group = (title, items) =>
  h("section", { key: title }, h("h2", { class: "side-title" }, title), h("ul", {}, items));

function entry({ id, face, name, count, current, open, quiet }) {
  return h(
    "li",
    { key: id },
    h(
      "button",
      {
        type: "button",
        class: `place${count ? " unread" : ""}${quiet ? " quiet" : ""}`,
        "aria-current": current ? "page" : null,
        onclick: open,
        "aria-label": count ? `${name}, ${count} new` : name,
      },
      face,
      h("span", { class: "name" }, name),
      count ? h("span", { class: "badge", "aria-hidden": "true" }, count > 9 ? "9+" : count) : null,
    ),
  );
}

function room(one) {
  const mine = one.members.includes(store.workspace.me);
  return entry({
    id: one.id,
    name: one.name,
    face: icon(one.private ? "lock" : "hash"),
    count: mine ? unread(one) : 0,
    current: !ui.home && ui.channel === one.id,
    open: () => openChannel(one.id),
    quiet: !mine,
  });
}

function talk(one) {
  const other = person(one.members.find((id) => id !== store.workspace.me)) ?? me();
  return entry({
    id: one.id,
    name: other?.real_name ?? one.name,
    face: avatar(other ?? author(""), "mini"),
    count: unread(one),
    current: !ui.home && ui.channel === one.id,
    open: () => openChannel(one.id),
  });
}

function appEntry(dm) {
  const who = author(app().user_id);
  return entry({
    id: "app",
    name: who.name,
    face: avatar(who, "mini"),
    count: dm ? unread(dm) : 0,
    current: ui.home || (dm && ui.channel === dm.id),
    open: openApp,
  });
}

function connection() {
  const { name, connected } = app();
  return h(
    "p",
    { class: `connection ${connected ? "up" : "down"}`, role: "status" },
    h("i", { "aria-hidden": "true" }),
    connected ? `${name} is connected` : `${name} is not running: start it, nothing is lost`,
  );
}
