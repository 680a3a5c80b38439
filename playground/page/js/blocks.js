// Block Kit: every block type to elements; a type this page does not know is named, not dropped.
import { chart } from "./charts.js";
import { element } from "./elements.js";
import { shape } from "./form.js";
import { markdown } from "./markdown.js";
import { plain, textObject } from "./mrkdwn.js";
import { imageBlock, picture } from "./pictures.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";
import { ui } from "./state.js";
import { h } from "./vdom.js";

/** Draws the blocks of a message, a modal or the Home tab. `ctx`: {scope, surface, container}. */
export function blocks(list, ctx) {
  shape(ctx.scope, list, ctx.surface === "modal");
  const here = { ...ctx, blocks: list };
  return h(
    "div",
    { class: `blocks on-${ctx.surface}` },
    list.map((block, index) => wrap(block, index, here)),
  );
}

const wrap = (block, index, ctx) =>
  h(
    "div",
    { class: `block block-${block.type}`, key: block.type === "input" ? block.block_id : `${index}-${block.type}` },
    draw(block, ctx),
  );

function draw(block, ctx) {
  const known = DRAW[block.type];
  return known
    ? known(block, ctx)
    : h("p", { class: "unknown", role: "note" }, `This page cannot show '${block.type}' yet`);
}

function section(block, ctx) {
  const accessory = element(ctx, block, block.accessory);
  return [
    h(
      "div",
      { class: "section-body" },
      block.text ? h("div", { class: "text" }, textObject(block.text)) : null,
      block.fields
        ? h(
            "div",
            { class: "section-fields" },
            block.fields.map((one) => h("div", { class: "text" }, textObject(one))),
          )
        : null,
    ),
    accessory ? h("div", { class: "accessory" }, accessory) : null,
  ];
}

function input(block, ctx) {
  const id = `${ctx.scope}-${block.block_id}`;
  const error = ui.fieldErrors[ctx.scope]?.[block.block_id];
  const described = [block.hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(" ") || null;
  const isGroup =
    ["checkboxes", "radio_buttons"].includes(block.element.type) || block.element.type.startsWith("multi_");
  const key = `f-${ctx.scope}-${block.block_id}/${block.element.action_id}`;
  return h(
    "div",
    { class: `input-row${error ? " wrong" : ""}`, "data-block": block.block_id },
    h(
      isGroup ? "span" : "label",
      { class: "label", id: `${id}-label`, for: isGroup ? null : key },
      plain(block.label),
      block.optional ? h("span", { class: "optional" }, " (optional)") : null,
    ),
    element(ctx, block, block.element, { labelledBy: `${id}-label`, describedBy: described, invalid: Boolean(error) }),
    error ? h("p", { class: "field-error", id: `${id}-error` }, error) : null,
    block.hint ? h("p", { class: "hint", id: `${id}-hint` }, textObject(block.hint)) : null,
  );
}

const context = (block) =>
  block.elements.map((one, index) =>
    one.type === "image" ? picture(one, "tiny") : h("span", { class: "context-text", key: index }, textObject(one)),
  );

function card(block, ctx) {
  return h(
    "article",
    { class: "card" },
    block.hero_image ? picture(block.hero_image, "hero") : null,
    h(
      "div",
      { class: "card-head" },
      block.icon ? picture(block.icon, "tiny") : null,
      h(
        "div",
        {},
        block.title ? h("div", { class: "card-title" }, textObject(block.title)) : null,
        block.subtitle ? h("div", { class: "card-subtitle" }, textObject(block.subtitle)) : null,
      ),
    ),
    block.body ? h("div", { class: "text" }, textObject(block.body)) : null,
    block.actions?.length
      ? h(
          "div",
          { class: "block-actions" },
          block.actions.map((one) => element(ctx, block, one)),
        )
      : null,
  );
}

function container(block, ctx) {
  const head = [
    block.icon ? picture(block.icon, "tiny") : null,
    h(
      "div",
      {},
      h(
        "div",
        { class: "card-title" },
        block.rich_text_title ? richText(block.rich_text_title) : textObject(block.title),
      ),
      block.subtitle ? h("div", { class: "card-subtitle" }, textObject(block.subtitle)) : null,
    ),
  ];
  const inside = h(
    "div",
    { class: "blocks" },
    (block.child_blocks ?? []).map((child, index) => wrap(child, index, ctx)),
  );
  const divided = block.has_header_divider ? " divided" : "";
  if (!block.is_collapsible)
    return h(
      "section",
      { class: `container ${block.width ?? "standard"}${divided}` },
      h("div", { class: "card-head" }, head),
      inside,
    );
  return h(
    "details",
    { class: `container ${block.width ?? "standard"}${divided}`, ref: (el) => (el.open = !block.default_collapsed) },
    h("summary", {}, h("div", { class: "card-head" }, head)),
    inside,
  );
}

const ALERTS = { default: "Note", info: "Information", warning: "Warning", error: "Problem", success: "Success" };

const DRAW = {
  header: (block, ctx) => h(ctx.surface === "message" ? "h3" : "h2", { class: "header" }, textObject(block.text)),
  section,
  context,
  actions: (block, ctx) =>
    block.elements.map((one, index) => h("span", { key: one.action_id ?? index }, element(ctx, block, one))),
  image: imageBlock,
  divider: () => h("hr"),
  input,
  rich_text: richText,
  markdown: (block) => h("div", { class: "rich" }, markdown(block.text)),
  table,
  data_table: (block, ctx) => dataTable(ctx, block),
  data_visualization: chart,
  context_actions: (block, ctx) =>
    block.elements.map((one, index) => h("span", { key: one.action_id ?? index }, element(ctx, block, one))),
  alert: (block) =>
    h(
      "div",
      { class: `alert ${block.level ?? "default"}`, role: "note", "aria-label": ALERTS[block.level ?? "default"] },
      h("div", { class: "text" }, textObject(block.text)),
    ),
  card,
  carousel: (block, ctx) =>
    h(
      "div",
      { class: "carousel", tabIndex: 0, role: "group", "aria-label": "Cards" },
      block.elements.map((one, index) =>
        h("div", { key: index }, card({ ...one, block_id: one.block_id ?? block.block_id }, ctx)),
      ),
    ),
  container,
};
