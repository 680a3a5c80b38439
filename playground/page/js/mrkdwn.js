// Slack's mrkdwn and plain text, turned into elements; nothing ever becomes HTML without passing through here.
import { dateTokens } from "./dates.js";
import { withEmoji } from "./emoji.js";
import { openChannel } from "./place.js";
import { author, channel, person, store } from "./state.js";
import { h } from "./vdom.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const BLOCKS = new Set(["li", "pre", "blockquote"]);
const SAFE_LINK = /^(https?:|mailto:|tel:)/i;
const LIST_LINE = /^(\s*)(•|◦|▪|-|\d+\.)\s+(.*)$/;

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
export const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const leaf = (text) => withEmoji(unescape(text));

/** Any text object (or a bare string, taken as plain text), inside a line. */
export function textObject(object) {
  if (!object) return null;
  if (typeof object === "string") return lines(object);
  return object.type === "mrkdwn" ? mrkdwn(object.text) : lines(object.text);
}

/** A text object as one plain string, for names and labels. */
export function plain(object) {
  if (!object) return "";
  const text = typeof object === "string" ? object : (object.text ?? "");
  return object.type === "mrkdwn" ? plainMrkdwn(text) : withEmoji(text);
}

const lines = (text) =>
  withEmoji(text ?? "")
    .split("\n")
    .flatMap((line, index) => (index ? [h("br"), line] : [line]));

/** Block structure first (fences, quotes, lists), then the marks inside each line. */
export function mrkdwn(text) {
  const parts = (text ?? "").split("```");
  return parts.flatMap((part, index) => {
    if (index % 2) return [h("pre", { class: "pre" }, leaf(trimNewlines(part)))];
    const shown = part.slice(index && part.startsWith("\n") ? 1 : 0);
    const rest = index < parts.length - 1 ? shown.replace(/\n$/, "") : shown;
    return rest || parts.length === 1 ? blocks(rest) : [];
  });
}

const trimNewlines = (text) => text.replace(/^\n|\n$/g, "");

function kindOf(line) {
  if (/^(>|&gt;)/.test(line)) return "quote";
  const item = LIST_LINE.exec(line);
  if (item) return /\d/.test(item[2]) ? "ol" : "ul";
  return "text";
}

function blocks(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const kind = kindOf(line);
    const last = groups.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.map(({ kind, lines: inside }, index) => {
    if (kind === "quote") return h("blockquote", {}, joined(inside.map((line) => line.replace(/^(>|&gt;) ?/, ""))));
    if (kind === "text") return joined(beside(inside, groups, index));
    const start = kind === "ol" ? { start: parseInt(LIST_LINE.exec(inside[0])[2], 10) } : {};
    return h(
      kind,
      { class: "list", ...start },
      inside.map((line) => h("li", {}, inline(LIST_LINE.exec(line)[3]))),
    );
  });
}

// The line break next to a list or a quote is already drawn by the list or the quote.
function beside(inside, groups, index) {
  const rest = [...inside];
  if (index && rest[0] === "") rest.shift();
  if (index < groups.length - 1 && rest.at(-1) === "" && rest.length > 1) rest.pop();
  return rest;
}

const joined = (inside) => inside.flatMap((line, index) => (index ? [h("br"), ...inline(line)] : inline(line)));

/** Marks, links, mentions and emoji within one line. */
export function inline(text) {
  const out = [];
  let plainFrom = 0;
  let at = 0;
  const flush = (until) => until > plainFrom && out.push(leaf(text.slice(plainFrom, until)));
  while (at < text.length) {
    const found = piece(text, at);
    if (found) {
      flush(at);
      out.push(found.node);
      at = found.end;
      plainFrom = at;
    } else at += 1;
  }
  flush(text.length);
  return out;
}

function piece(text, at) {
  const mark = text[at];
  if (mark === "<") {
    const end = text.indexOf(">", at);
    return end > at + 1 ? { node: entity(text.slice(at + 1, end)), end: end + 1 } : null;
  }
  if (mark === "`") {
    const end = text.indexOf("`", at + 1);
    return end > at + 1 ? { node: h("code", {}, leaf(text.slice(at + 1, end))), end: end + 1 } : null;
  }
  if (!MARKS[mark] || /[\p{L}\p{N}]/u.test(text[at - 1] ?? " ") || /\s/.test(text[at + 1] ?? " ")) return null;
  const end = closing(text, mark, at + 1);
  return end ? { node: h(MARKS[mark], {}, inline(text.slice(at + 1, end))), end: end + 1 } : null;
}

function closing(text, mark, from) {
  for (let end = from + 1; end < text.length; end += 1) {
    if (text[end] === mark && !/\s/.test(text[end - 1]) && !/[\p{L}\p{N}]/u.test(text[end + 1] ?? " ")) return end;
  }
  return 0;
}

function entity(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : inside.slice(bar + 1);
  if (target.startsWith("@")) return mention(target.slice(1), label);
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) return dateEntity(target, label);
  if (target.startsWith("!"))
    return h("span", { class: "mention" }, `@${label?.replace(/^@/, "") ?? target.slice(1).split("^")[0]}`);
  return link(unescape(target), label === null ? unescape(target) : leaf(label));
}

export function mention(id, label = null) {
  const known = person(id) ?? (author(id).isApp ? author(id) : null);
  const name = known ? known.real_name : (label ?? "someone");
  return h("span", { class: `mention${id === store.workspace.me ? " mine" : ""}` }, `@${name}`);
}

export function channelLink(id, label = null) {
  const known = channel(id);
  if (!known) return h("span", { class: "mention" }, `#${label ?? "a-private-channel"}`);
  return h("button", { type: "button", class: "mention link", onclick: () => openChannel(id) }, `#${known.name}`);
}

export function link(url, ...label) {
  if (!SAFE_LINK.test(url)) return h("span", {}, ...label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

function dateEntity(target, fallback) {
  const [, unix, pattern, url] = target.split("^");
  const shown = h(
    "time",
    { datetime: new Date(Number(unix) * 1000).toISOString(), title: fallback ?? "" },
    dateTokens(unix, unescape(pattern ?? "{date_short_pretty} {time}")),
  );
  return url ? link(url, shown) : shown;
}

/** What a screen reader says: mrkdwn without its marks. */
export function plainMrkdwn(text) {
  const words = (node) => {
    if (typeof node === "string") return node;
    if (Array.isArray(node)) return node.map(words).join("");
    if (node.tag === null) return node.text;
    if (node.tag === "br") return "\n";
    return node.children.map(words).join("") + (BLOCKS.has(node.tag) ? "\n" : "");
  };
  return words(mrkdwn(text)).trim();
}
