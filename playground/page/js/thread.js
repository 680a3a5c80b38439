// The thread pane beside the channel.
import { composer } from "./composer.js";
import { icon } from "./icons.js";
import { messageList } from "./messages.js";
import { closeThread } from "./place.js";
import { jumpToEnd } from "./scroll.js";
import { channel, messagesIn, store, ui } from "./state.js";
import { h } from "./vdom.js";

export function threadPane() {
  const here = channel(ui.channel);
  if (!ui.thread || ui.home || !here) return null;
  const name = here.kind === "dm" ? here.name : `#${here.name}`;
  return h(
    "aside",
    {
      class: "pane thread",
      key: "thread",
      "data-pane": "thread",
      "aria-label": `Thread in ${name}`,
      onkeydown: (event) => event.key === "Escape" && !event.defaultPrevented && closeThread(),
    },
    h(
      "header",
      { class: "pane-head" },
      h("h2", {}, "Thread"),
      h("span", { class: "in-channel" }, name),
      h("span", { class: "spring" }),
      h(
        "button",
        { type: "button", class: "tool", "aria-label": "Close thread", title: "Close thread", onclick: closeThread },
        icon("close"),
      ),
    ),
    messageList({ place: here.id, messages: messagesIn(here.id, ui.thread), label: "Replies", thread: ui.thread }),
    h(
      "button",
      { type: "button", class: "jump", onclick: (event) => jumpToEnd(event.currentTarget) },
      icon("down"),
      "Newest replies",
    ),
    here.members.includes(store.workspace.me)
      ? composer({ place: here.id, thread: ui.thread, label: "Reply in thread", placeholder: "Reply" })
      : null,
  );
}
