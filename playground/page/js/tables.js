// `table` and `data_table` blocks; long data tables come in pages.
import { plain } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { changed, touch } from "./state.js";
import { h } from "./vdom.js";

const pages = new Map();

function cell(one) {
  if (!one) return "";
  if (one.type === "rich_text") return richText(one);
  if (one.type === "raw_number") return one.text ?? String(one.value);
  return typeof one.text === "object" ? plain(one.text) : (one.text ?? "");
}

function row(cells, { header, rowHeader = -1, align = () => "" }) {
  return h(
    "tr",
    {},
    cells.map((one, index) => {
      const side = align(index) || (one?.type === "raw_number" ? "right" : "");
      if (header) return h("th", { scope: "col", class: side }, cell(one));
      return index === rowHeader
        ? h("th", { scope: "row", class: side }, cell(one))
        : h("td", { class: side }, cell(one));
    }),
  );
}

export function table(block) {
  const align = (index) => block.column_settings?.[index]?.align ?? "";
  const [head, ...body] = block.rows;
  return h(
    "div",
    { class: "table-wrap" },
    h(
      "table",
      { class: "table" },
      h("thead", {}, row(head, { header: true, align })),
      h(
        "tbody",
        {},
        body.map((cells) => row(cells, { align })),
      ),
    ),
  );
}

export function dataTable(ctx, block) {
  const [head, ...body] = block.rows;
  const size = block.page_size ?? 5;
  const count = Math.ceil(body.length / size);
  const id = `${ctx.scope}-${block.block_id ?? block.caption}`;
  const page = Math.min(pages.get(id) ?? 0, count - 1);
  const numeric = (index) => (body.length && body.every((cells) => cells[index]?.type === "raw_number") ? "right" : "");
  const turn = (to) => () => {
    pages.set(id, to);
    touch(ctx.scope);
    changed();
  };
  return h(
    "div",
    { class: "table-wrap" },
    h(
      "table",
      { class: "table" },
      h("caption", {}, block.caption),
      h("thead", {}, row(head, { header: true, align: numeric })),
      h(
        "tbody",
        {},
        body
          .slice(page * size, (page + 1) * size)
          .map((cells) => row(cells, { rowHeader: block.row_header_column_index ?? -1, align: numeric })),
      ),
    ),
    count > 1
      ? h(
          "div",
          { class: "pager" },
          pagerButton("Previous", page === 0, turn(page - 1)),
          h("span", { "aria-live": "polite" }, `Page ${page + 1} of ${count}`),
          pagerButton("Next", page === count - 1, turn(page + 1)),
        )
      : null,
  );
}

/** At an end it says so but keeps the focus, which `disabled` would take away. */
const pagerButton = (name, isEnd, onclick) =>
  h(
    "button",
    {
      type: "button",
      class: "button small",
      "aria-disabled": isEnd ? "true" : null,
      onclick: isEnd ? null : onclick,
    },
    name,
  );
