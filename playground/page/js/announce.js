// Speaks new messages to screen readers: their `text`, as Slack does, not every button in them.
import { author, messagesIn, store, ui } from "./state.js";
import { plainMrkdwn } from "./mrkdwn.js";
import { h } from "./vdom.js";

let place = null;
let seen = new Set();
let spoken = [];

const idOf = (message) => message.id ?? message.ts;

/** The hidden log; new entries are those that came while one was in the same place. */
export function announcer() {
  const here = `${store.workspace.me}/${ui.channel}/${ui.thread}`;
  const messages = [...messagesIn(ui.channel), ...(ui.thread ? messagesIn(ui.channel, ui.thread) : [])];
  const fresh = here === place ? messages.filter((one) => !seen.has(idOf(one)) && one.user !== store.workspace.me) : [];
  place = here;
  seen = new Set(messages.map(idOf));
  spoken = [...spoken, ...fresh.map((one) => ({ id: idOf(one), text: sentence(one) }))].slice(-6);
  return h(
    "div",
    { class: "sr-only", role: "log", "aria-live": "polite", "aria-label": "New messages" },
    spoken.map((one) => h("p", { key: one.id }, one.text)),
  );
}

const sentence = (one) =>
  `${one.ephemeral ? "Only visible to you. " : ""}${author(one.user).real_name}: ${plainMrkdwn(one.text)}`;
