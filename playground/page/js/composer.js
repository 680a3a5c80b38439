// The composer: writing a message or a command, with completion of commands and names.
import * as api from "./api.js";
import { avatar } from "./avatars.js";
import { complete } from "./completion.js";
import { icon } from "./icons.js";
import { escape } from "./mrkdwn.js";
import { app, author, changed, store, ui } from "./state.js";
import { h } from "./vdom.js";

const chosen = new Map(); // composer -> highlighted completion
const closed = new Set(); // composers whose list was put away with Escape
const sending = new Set();

export function composer({ place, thread = null, label, placeholder }) {
  const key = `${store.workspace.me}/${place}/${thread ?? ""}`;
  const id = thread ? "composer-thread" : "composer";
  const draft = ui.drafts[key] ?? "";
  const { items, hint } = complete(draft, Boolean(thread));
  const list = closed.has(key) ? [] : items;
  const at = Math.min(chosen.get(key) ?? 0, list.length - 1);
  const it = { key, place, thread, list, at, draft };
  return h(
    "form",
    { class: "composer", key: `composer-${key}`, onsubmit: (event) => (event.preventDefault(), send(it)) },
    ui.problems[key] ? h("p", { class: "composer-problem", role: "alert" }, ui.problems[key]) : null,
    list.length ? completions(id, it) : null,
    h(
      "div",
      { class: "composer-box" },
      h("textarea", {
        id,
        rows: 1,
        value: draft,
        placeholder,
        "aria-label": label,
        "aria-autocomplete": "list",
        "aria-controls": list.length ? `${id}-list` : null,
        "aria-activedescendant": list.length ? `${id}-option-${at}` : null,
        "aria-describedby": `${id}-help`,
        autocomplete: "off",
        oninput: (event) => write(it, event.target.value),
        onkeydown: (event) => keys(event, it),
        ref: grow,
      }),
      h(
        "button",
        {
          type: "submit",
          class: "send",
          "aria-label": "Send",
          title: "Send",
          disabled: !draft.trim(),
          "aria-busy": sending.has(key) ? "true" : null,
        },
        icon("send"),
      ),
    ),
    h(
      "p",
      { class: "composer-help", id: `${id}-help` },
      hint ?? `Enter sends, Shift + Enter starts a new line${thread ? "" : ", / shows the commands"}`,
    ),
  );
}

function grow(el) {
  el.style.height = "auto";
  el.style.height = `${Math.min(el.scrollHeight, 200)}px`;
}

function write({ key }, text) {
  ui.drafts[key] = text;
  chosen.delete(key);
  closed.delete(key);
  delete ui.problems[key];
  changed();
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelectorAll(".composer textarea").forEach(grow)),
  );
}

function completions(id, it) {
  return h(
    "ul",
    { class: "completions", role: "listbox", id: `${id}-list`, "aria-label": "Suggestions", key: "list" },
    it.list.map((item, index) =>
      h(
        "li",
        {
          key: item.text,
          role: "option",
          id: `${id}-option-${index}`,
          "aria-selected": String(index === it.at),
          class: index === it.at ? "on" : "",
          onpointerdown: (event) => (event.preventDefault(), accept(it, item)),
        },
        item.who ? avatar(item.who, "mini") : null,
        h("span", { class: "completion-name" }, item.name),
        item.usage ? h("span", { class: "completion-usage" }, item.usage) : null,
        item.about ? h("span", { class: "completion-about" }, item.about) : null,
      ),
    ),
  );
}

function accept(it, item) {
  write(it, item.text);
  document.getElementById(it.thread ? "composer-thread" : "composer")?.focus();
}

function keys(event, it) {
  if (event.isComposing) return;
  const { key, list, at } = it;
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (list.length && move) {
    event.preventDefault();
    chosen.set(key, (at + move + list.length) % list.length);
    changed();
  } else if (list.length && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closed.add(key);
    changed();
  } else if (
    list.length &&
    (event.key === "Tab" || event.key === "Enter") &&
    !event.shiftKey &&
    list[at].text.trim() !== it.draft.trim()
  ) {
    event.preventDefault();
    accept(it, list[at]);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send(it);
  }
}

async function send({ key, place, thread }) {
  const text = (ui.drafts[key] ?? "").trim();
  if (!text || sending.has(key)) return;
  write({ key }, "");
  sending.add(key);
  document.getElementById(thread ? "composer-thread" : "composer")?.focus(); // from Send, which has nothing to do now
  const answer = await api.say(place, text.startsWith("/") ? text : encode(text), thread);
  sending.delete(key);
  if (!answer.ok) {
    ui.problems[key] = answer.message;
    ui.drafts[key] ||= text;
  }
  changed();
}

const everyone = () => [...store.workspace.people, author(app().user_id)];

/** What Slack's own composer does: escape, then turn known names into mentions. */
function encode(text) {
  const names = everyone()
    .flatMap((one) => [one.real_name, one.name].map((name) => [name, one.id]))
    .sort((a, b) => b[0].length - a[0].length);
  const quoted = (name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  let out = escape(text);
  for (const [name, id] of names)
    out = out.replace(new RegExp(`(^|\\s)@${quoted(name)}(?![\\w-])`, "gi"), `$1<@${id}>`);
  for (const one of store.workspace.channels)
    if (one.kind !== "dm")
      out = out.replace(new RegExp(`(^|\\s)#${quoted(one.name)}(?![\\w-])`, "g"), `$1<#${one.id}|${one.name}>`);
  return out;
}
