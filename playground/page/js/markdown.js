// The `markdown` block: the common part of Markdown (headings, lists, quotes, code, tables, links and emphasis).
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";
import { h } from "./vdom.js";

const RULES = [
  [/^`([^`]+)`/, (m) => h("code", {}, m[1])],
  [/^!?\[([^\]]*)\]\(([^\s)]+)[^)]*\)/, (m) => link(m[2], ...inline(m[1]))],
  [/^(\*\*|__)(?=\S)(.+?\S|\S)\1/, (m) => h("strong", {}, inline(m[2]))],
  [/^~~(?=\S)(.+?)~~/, (m) => h("s", {}, inline(m[1]))],
  [/^(\*|_)(?=\S)([^*_]+?)\1(?![\p{L}\p{N}])/u, (m) => h("em", {}, inline(m[2]))],
  [/^<(https?:[^>\s]+)>/, (m) => link(m[1], m[1])],
  [/^https?:[^\s<>)]+/, (m) => link(m[0], m[0])],
  [/^\\([\\`*_{}[\]()#+.!|~>-])/, (m) => m[1]],
];

function inline(text) {
  const out = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const hit = RULES.map(([rule, make]) => [rule.exec(rest), make]).find(([match]) => match);
    if (hit && !(/^[*_]/.test(rest) && /[\p{L}\p{N}]$/u.test(plain))) {
      if (plain) out.push(withEmoji(plain));
      plain = "";
      out.push(hit[1](hit[0]));
      at += hit[0][0].length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) out.push(withEmoji(plain));
  return out;
}

const isRow = (line) => /^\s*\|.*\|\s*$/.test(line ?? "");
const cells = (line) =>
  line
    .trim()
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
const STARTS = /^(#{1,6}\s|>|```|\s*([-*+]|\d+\.)\s|\s*\||\s*([-*_])(\s*\3){2,}\s*$)/;

/** Turns Markdown into elements, block by block. */
export function markdown(text) {
  const lines = text.split("\n");
  const out = [];
  const take = (test) => {
    const taken = [];
    while (lines.length && test(lines[0])) taken.push(lines.shift());
    return taken;
  };
  while (lines.length) {
    const line = lines[0];
    if (!line.trim()) lines.shift();
    else if (line.startsWith("```")) {
      lines.shift();
      out.push(h("pre", { class: "pre" }, take((one) => !one.startsWith("```")).join("\n")));
      lines.shift();
    } else if (/^#{1,6}\s/.test(line)) out.push(heading(lines.shift()));
    else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      lines.shift();
      out.push(h("hr"));
    } else if (line.startsWith(">"))
      out.push(
        h(
          "blockquote",
          {},
          markdown(
            take((one) => one.startsWith(">"))
              .map((one) => one.replace(/^>\s?/, ""))
              .join("\n"),
          ),
        ),
      );
    else if (isRow(line) && /^[\s|:-]+$/.test(lines[1] ?? "")) out.push(table(take(isRow)));
    else if (/^\s*([-*+]|\d+\.)\s/.test(line))
      out.push(list(take((one) => /^\s*([-*+]|\d+\.)\s/.test(one) || /^\s{2,}\S/.test(one))));
    else out.push(paragraph([lines.shift(), ...take((one) => one.trim() && !STARTS.test(one))]));
  }
  return out;
}

function heading(line) {
  const [, marks, text] = /^(#+)\s+(.*?)\s*#*$/.exec(line) ?? [null, "#", line.replace(/^#+\s*/, "")];
  return h(`h${Math.min(6, marks.length + 2)}`, { class: "md-heading" }, inline(text));
}

const paragraph = (inside) =>
  h(
    "p",
    {},
    inside.flatMap((line, index) => (index ? [h("br"), ...inline(line)] : inline(line))),
  );

function list(inside) {
  const ordered = /^\s*\d/.test(inside[0]);
  const items = [];
  for (const line of inside) {
    const own = /^\s{0,1}([-*+]|\d+\.)\s+(.*)$/.exec(line);
    if (own || !items.length) items.push({ text: own ? own[2] : line.trim(), more: [] });
    else items.at(-1).more.push(line.replace(/^\s{2,4}/, ""));
  }
  return h(
    ordered ? "ol" : "ul",
    { class: "list" },
    items.map((item) =>
      h(
        "li",
        {},
        inline(item.text.replace(/^\[[ x]\]\s/, (box) => (box[1] === "x" ? "☑ " : "☐ "))),
        item.more.length ? markdown(item.more.join("\n")) : null,
      ),
    ),
  );
}

function table(rows) {
  const [head, , ...body] = rows.map(cells);
  return h(
    "div",
    { class: "table-wrap" },
    h(
      "table",
      { class: "table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((cell) => h("th", { scope: "col" }, inline(cell))),
        ),
      ),
      h(
        "tbody",
        {},
        body.map((row) =>
          h(
            "tr",
            {},
            row.map((cell) => h("td", {}, inline(cell))),
          ),
        ),
      ),
    ),
  );
}
