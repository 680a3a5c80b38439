// A select with several choices: a button that names them and a list with a search line.
import { popupButton } from "./menu.js";
import { plain } from "./mrkdwn.js";
import { changed, touch, ui } from "./state.js";
import { h } from "./vdom.js";

const searches = new Map();

export function multiSelect({ ctx, block, one, key, value, choose, id, aria, options }) {
  const chosen = value ?? [];
  const before = `${id}-before`;
  const names = chosen.map((each) => plain(options.find((option) => option.value === each)?.text)).filter(Boolean);
  const menu = `multi-${ctx.scope}-${key}`;
  const full = one.max_selected_items && chosen.length >= one.max_selected_items;
  if (ui.menu === menu && !searches.has(before)) searches.set(before, JSON.stringify(chosen));
  const flip = (option) =>
    choose(
      chosen.includes(option.value) ? chosen.filter((each) => each !== option.value) : [...chosen, option.value],
      false,
    );
  return popupButton({
    id: menu,
    role: "listbox",
    label: plain(one.placeholder) || "Choices",
    button: {
      ...aria,
      "aria-label": null,
      "aria-labelledby": [aria["aria-labelledby"], `${id}-face`].filter(Boolean).join(" "),
      "aria-required": null,
      class: "field multi",
    },
    face: h(
      "span",
      { id: `${id}-face`, class: names.length ? "chips" : "placeholder" },
      names.length
        ? names.map((name, index) => h("span", { class: "chip", key: index }, name))
        : plain(one.placeholder) || "Choose",
    ),
    onclose: () => {
      const was = searches.get(before);
      searches.delete(before);
      searches.delete(id);
      if (was !== undefined && was !== JSON.stringify(chosen) && (block.type !== "input" || block.dispatch_action))
        choose(chosen, true);
    },
    popup: () => [
      options.length > 8
        ? h("input", {
            key: "search",
            type: "search",
            class: "field search",
            placeholder: "Search",
            "aria-label": "Search choices",
            value: searches.get(id) ?? "",
            oninput: (event) => {
              searches.set(id, event.target.value);
              touch(ctx.scope);
              changed();
            },
          })
        : null,
      options
        .filter((option) =>
          plain(option.text)
            .toLowerCase()
            .includes((searches.get(id) ?? "").toLowerCase()),
        )
        .map((option) => {
          const on = chosen.includes(option.value);
          return h(
            "button",
            {
              key: option.value,
              type: "button",
              role: "option",
              class: "popup-item option",
              tabIndex: -1,
              "aria-selected": String(on),
              disabled: full && !on,
              onclick: () => flip(option),
            },
            h("span", { class: "box", "aria-hidden": "true" }, on ? "✓" : ""),
            plain(option.text),
          );
        }),
    ],
  });
}
