// Reactions: chips that toggle, and the palette to add one.
import * as api from "./api.js";
import { emoji, emojiWords, PALETTE } from "./emoji.js";
import { icon } from "./icons.js";
import { menuItem, popupButton } from "./menu.js";
import { author, store, toast } from "./state.js";
import { h } from "./vdom.js";

async function toggle(place, message, name, on) {
  const answer = await api.react(place, message.ts, name, on);
  if (!answer.ok && answer.error !== "already_reacted" && answer.error !== "no_reaction") toast(answer.message);
}

const sign = (name) => emoji(name) ?? `:${name}:`;

export function reactions(place, message, scope) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions", role: "group", "aria-label": "Reactions" },
    message.reactions.map(({ name, users }) => {
      const mine = users.includes(store.workspace.me);
      const who = users.map((id) => (id === store.workspace.me ? "you" : author(id).real_name)).join(", ");
      return h(
        "button",
        {
          key: name,
          type: "button",
          class: `reaction${mine ? " mine" : ""}`,
          "aria-pressed": String(mine),
          "aria-label": `${emojiWords(name)}: ${users.length}, ${who}`,
          title: `${who} reacted with :${name}:`,
          "data-reaction": name,
          onclick: () => toggle(place, message, name, !mine),
        },
        h("span", { class: "sign", "aria-hidden": "true" }, sign(name)),
        h("span", { "aria-hidden": "true" }, users.length),
      );
    }),
    palette(place, message, `${scope}-chips`, "reaction add"),
  );
}

/** The button that opens the palette. */
export function palette(place, message, scope, style) {
  return popupButton({
    id: `react-${scope}`,
    label: "Reactions",
    button: { class: style, "aria-label": "Add a reaction", title: "Add a reaction" },
    face: icon("smile"),
    popup: (close) =>
      h(
        "div",
        { class: "palette", role: "presentation" },
        PALETTE.map((name) => {
          const mine = message.reactions?.find((one) => one.name === name)?.users.includes(store.workspace.me) ?? false;
          return menuItem({
            key: name,
            role: "menuitemcheckbox",
            "aria-checked": String(mine),
            "aria-label": emojiWords(name),
            title: `:${name}:`,
            face: sign(name),
            onpick: () => {
              close(true);
              toggle(place, message, name, !mine);
            },
          });
        }),
      ),
  });
}
