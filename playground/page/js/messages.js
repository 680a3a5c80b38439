// The message list: faces, times, day lines, private answers, reactions and the way into a thread.
import { avatar } from "./avatars.js";
import { blocks } from "./blocks.js";
import { ago, clockTime, dayKey, dayName, fromTs, fullTime, today } from "./dates.js";
import { icon } from "./icons.js";
import { mrkdwn, plainMrkdwn } from "./mrkdwn.js";
import { picture } from "./pictures.js";
import { openThread } from "./place.js";
import { palette, reactions } from "./reactions.js";
import { author, changed, now, store, ui } from "./state.js";
import { stickToEnd } from "./scroll.js";
import { h, memo } from "./vdom.js";

const CLOSE = 300; // seconds within which messages of one author share a face

/** A scrolling list of messages; `thread` is the parent's ts inside a thread pane. */
export function messageList({ place, messages, label, thread = null, empty = null }) {
  const rows = [];
  const date = today();
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const newDay = !before || dayKey(before.ts) !== dayKey(message.ts);
    if (newDay && !thread)
      rows.push(
        h(
          "li",
          { key: `day-${dayKey(message.ts)}`, class: "day" },
          h("h3", {}, h("span", {}, dayName(fromTs(message.ts)))),
        ),
      );
    const sameHand =
      before &&
      !newDay &&
      before.user === message.user &&
      !message.ephemeral === !before.ephemeral &&
      Number(message.ts) - Number(before.ts) < CLOSE;
    const compact = Boolean(sameHand && !(thread && index === 1));
    rows.push(
      memo(message.id ?? message.ts, looks(place, message, compact, thread, date), () =>
        messageRow(place, message, { compact, thread }),
      ),
    );
    if (thread && index === 0)
      rows.push(h("li", { key: "count", class: "reply-count" }, h("span", {}, replies(messages.length - 1))));
  });
  return h(
    "div",
    {
      class: "scroller",
      key: `list-${store.workspace.me}-${place}-${thread ?? ""}`,
      tabIndex: 0,
      role: "region",
      "aria-label": label,
      ref: stickToEnd,
    },
    h("ol", { class: "messages" }, empty && !messages.length ? h("li", { class: "empty" }, empty) : rows),
  );
}

/** Everything that a message's looks depend on; nothing else redraws it. */
function looks(place, message, compact, thread, date) {
  const { me, people, channels, files, app } = store.workspace;
  const scope = scopeOf(message, thread);
  const menu = ui.menu?.includes(scope) ? ui.menu : null;
  const minute = message.latest_reply ? Math.floor(now() / 60000) : date;
  return [
    message,
    compact,
    me,
    people,
    channels,
    files,
    app,
    ui.plain,
    menu,
    minute,
    ui.touched.get(scope),
    !thread && ui.thread === message.ts,
    thread ? 0 : privateReplies(place, message),
  ];
}

const scopeOf = (message, thread) => `${thread ? "t" : "c"}-${message.id ?? message.ts}`;

const privateReplies = (place, message) =>
  store.workspace.ephemerals.filter(
    (one) => one.thread_ts === message.ts && one.channel === place && !ui.dismissed.has(one.id),
  ).length;

const replies = (count) => (count === 1 ? "1 reply" : `${count} replies`);

function messageRow(place, message, { compact, thread }) {
  const who = author(message.user);
  const scope = scopeOf(message, thread);
  const time = h(
    "time",
    { class: "time", datetime: fromTs(message.ts).toISOString(), title: fullTime(message.ts) },
    clockTime(fromTs(message.ts)),
  );
  return h(
    "li",
    {
      key: message.id ?? message.ts,
      class: `message${compact ? " compact" : ""}${message.ephemeral ? " private" : ""}`,
      "data-ts": message.ts,
      "data-ephemeral": message.ephemeral ? message.id : null,
    },
    h(
      "article",
      { "aria-label": `${who.real_name}, ${clockTime(fromTs(message.ts))}` },
      h("div", { class: "gutter" }, compact ? time : avatar(who)),
      h(
        "div",
        { class: "body" },
        message.ephemeral ? privateNote(message) : null,
        compact
          ? null
          : h(
              "header",
              { class: "by" },
              h("strong", { class: "who" }, who.real_name),
              who.isApp ? h("span", { class: "app-badge" }, "APP") : null,
              time,
            ),
        content(place, message, scope),
        message.edited ? h("span", { class: "edited" }, "(edited)") : null,
        reactions(place, message, scope),
        thread ? null : replySummary(place, message),
      ),
      message.ephemeral ? null : tools(place, message, scope, thread),
    ),
  );
}

function privateNote(message) {
  return h(
    "p",
    { class: "private-note" },
    icon("eye"),
    "Only visible to you",
    h(
      "button",
      {
        type: "button",
        class: "quiet-link",
        onclick: () => {
          ui.dismissed.add(message.id);
          changed();
        },
      },
      "Dismiss",
    ),
  );
}

function content(place, message, scope) {
  if (ui.plain)
    return h(
      "div",
      { class: "plain-text", key: "plain" },
      plainMrkdwn(message.text) || "(no text: a screen reader has nothing to say here)",
    );
  const files = attached(message);
  if (!message.blocks?.length)
    return h("div", { key: "text" }, message.text ? h("div", { class: "text" }, mrkdwn(message.text)) : null, files);
  const container = message.ephemeral
    ? { type: "ephemeral", id: message.id }
    : { type: "message", channel: place, ts: message.ts };
  return h("div", { key: "blocks" }, blocks(message.blocks, { scope, surface: "message", container }), files);
}

const attached = (message) =>
  (message.files ?? []).map((id) =>
    h("div", { key: id, class: "attached" }, picture({ slack_file: { id }, alt_text: "Shared picture" }, "large")),
  );

/** The line under a parent: who answered, how often, when last; also when the only answers are private. */
function replySummary(place, message) {
  if (message.ephemeral) return null;
  const hidden = privateReplies(place, message);
  if (!message.reply_count && !hidden) return null;
  const open = ui.thread === message.ts;
  const note = hidden ? (hidden === 1 ? "1 private answer" : `${hidden} private answers`) : null;
  return h(
    "button",
    { type: "button", class: "replies", "aria-expanded": String(open), onclick: () => openThread(message.ts) },
    h(
      "span",
      { class: "reply-faces", "aria-hidden": "true" },
      (message.reply_users ?? []).slice(0, 4).map((id) => h("span", { key: id }, avatar(author(id), "mini"))),
    ),
    h(
      "span",
      { class: "reply-words" },
      [message.reply_count ? replies(message.reply_count) : null, note].filter(Boolean).join(" · "),
    ),
    message.latest_reply ? h("span", { class: "reply-last" }, `Last reply ${ago(fromTs(message.latest_reply))}`) : null,
  );
}

function tools(place, message, scope, thread) {
  return h(
    "div",
    { class: "tools" },
    message.reactions.length ? null : palette(place, message, scope, "tool"),
    thread
      ? null
      : h(
          "button",
          {
            type: "button",
            class: "tool reply-button",
            "aria-label": "Reply in thread",
            title: "Reply in thread",
            onclick: () => openThread(message.ts),
          },
          icon("reply"),
        ),
  );
}
