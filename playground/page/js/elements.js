// Interactive elements that are pressed: buttons, overflow menus, icon and feedback buttons; and the way to all fields.
import { emoji } from "./emoji.js";
import { field } from "./fields.js";
import { isField } from "./form.js";
import { menuItem, popupButton } from "./menu.js";
import { plain, textObject } from "./mrkdwn.js";
import { picture } from "./pictures.js";
import { press, pressKey } from "./press.js";
import { store, ui } from "./state.js";
import { h } from "./vdom.js";

/** Any element of an actions block, an accessory or an input. */
export function element(ctx, block, one, extra = {}) {
  if (!one) return null;
  if (one.type === "button" || one.type === "workflow_button") return button(ctx, block, one);
  if (one.type === "overflow") return overflow(ctx, block, one);
  if (one.type === "image") return picture(one, "thumb");
  if (one.type === "icon_button") return iconButton(ctx, block, one);
  if (one.type === "feedback_buttons") return feedback(ctx, block, one);
  if (isField(one)) return field(ctx, block, one, extra);
  return h("span", { class: "unknown" }, `This page cannot show '${one.type}' yet`);
}

function busyProps(ctx, block, one) {
  const busy = ui.pending.has(pressKey(ctx, block.block_id, one.action_id));
  return { "aria-busy": busy ? "true" : null, "data-action": one.action_id };
}

export function button(ctx, block, one) {
  return h(
    "button",
    {
      key: `b-${one.action_id}`,
      type: "button",
      class: `button ${one.style ?? ""}`,
      "aria-label": one.accessibility_label,
      ...busyProps(ctx, block, one),
      onclick: () => {
        if (one.url && /^https?:/i.test(one.url)) window.open(one.url, "_blank", "noopener");
        press(ctx, block.block_id, one);
      },
    },
    h("span", {}, textObject(one.text)),
  );
}

function overflow(ctx, block, one) {
  const id = `${ctx.scope}-${block.block_id}-${one.action_id}`;
  return popupButton({
    id,
    label: "More actions",
    button: {
      class: "button overflow",
      "aria-label": "More actions",
      title: "More actions",
      ...busyProps(ctx, block, one),
    },
    face: dots(),
    popup: (close) =>
      one.options.map((option) =>
        menuItem({
          key: option.value ?? option.url,
          face: [
            h("span", {}, textObject(option.text)),
            option.description ? h("small", {}, textObject(option.description)) : null,
          ],
          onpick: () => {
            close(true);
            if (option.url && /^https?:/i.test(option.url)) window.open(option.url, "_blank", "noopener");
            press(ctx, block.block_id, one, option.value);
          },
        }),
      ),
  });
}

const dots = () =>
  h(
    "svg",
    { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
    [4, 10, 16].map((cx) => h("circle", { cx, cy: 10, r: 1.7, fill: "currentColor" })),
  );

const ICONS = { trash: "🗑️" };

function iconButton(ctx, block, one) {
  if (one.visible_to_user_ids?.length && !one.visible_to_user_ids.includes(store.workspace.me)) return null;
  return h(
    "button",
    {
      key: `b-${one.action_id}`,
      type: "button",
      class: "button icon",
      "aria-label": one.accessibility_label ?? plain(one.text),
      title: plain(one.text),
      ...busyProps(ctx, block, one),
      onclick: () => press(ctx, block.block_id, one),
    },
    h("span", { "aria-hidden": "true" }, ICONS[one.icon] ?? emoji(one.icon) ?? ""),
    ICONS[one.icon] || emoji(one.icon) ? null : plain(one.text),
  );
}

function feedback(ctx, block, one) {
  return h(
    "span",
    { class: "feedback", role: "group", "aria-label": "Feedback", key: `f-${one.action_id}` },
    [one.positive_button, one.negative_button]
      .filter(Boolean)
      .map((choice, index) =>
        h(
          "button",
          {
            key: index,
            type: "button",
            class: "button icon",
            "aria-label": choice.accessibility_label ?? plain(choice.text),
            ...busyProps(ctx, block, one),
            onclick: () => press(ctx, block.block_id, one, choice.value),
          },
          h("span", { "aria-hidden": "true" }, index ? "👎" : "👍"),
          " ",
          plain(choice.text),
        ),
      ),
  );
}
