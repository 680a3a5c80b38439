// What the composer offers while one writes: commands after "/", names after "@".
import { app, author, store } from "./state.js";

const OWN = [
  { command: "/invite", description: "Invite a person or an app to this channel", usage_hint: "@name" },
  { command: "/remove", description: "Take a person or an app out of this channel", usage_hint: "@name" },
];

/** {items: [{name, text, about, usage, who}], hint}; `text` is the whole draft after choosing. */
export function complete(draft, inThread) {
  const word = /^\/\S*$/.exec(draft);
  if (word && !inThread)
    return {
      items: commands()
        .filter((one) => one.command.startsWith(draft.toLowerCase()))
        .map(item),
    };
  const name = /^(.*(?:^|\s))@([\p{L}\p{N}._-]*)$/su.exec(draft);
  if (name) return { items: names(name[1], name[2], draft.startsWith("/")) };
  const known = inThread ? null : commands().find((one) => draft.startsWith(`${one.command} `));
  return { items: [], hint: known ? `${known.command} ${known.usage_hint ?? ""}`.trim() : null };
}

const commands = () => [...(app().commands ?? []), ...OWN];
const item = (one) => ({ name: one.command, text: `${one.command} `, about: one.description, usage: one.usage_hint });

// In a command a name is one word, as Slack writes it; in a message it may be the whole name.
function names(before, begun, oneWord) {
  const everyone = [author(app().user_id), ...store.workspace.people];
  const fits = (one) =>
    [one.name, ...one.real_name.split(" ")].some((each) => each.toLowerCase().startsWith(begun.toLowerCase()));
  return everyone
    .filter(fits)
    .slice(0, 8)
    .map((one) => ({
      who: one,
      name: one.real_name,
      text: `${before}@${oneWord ? one.name : one.real_name} `,
      about: one.isApp ? "App" : "",
    }));
}
