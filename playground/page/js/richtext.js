// Rich text blocks: the structured form of formatted text.
import { dateTokens } from "./dates.js";
import { emoji, withEmoji } from "./emoji.js";
import { channelLink, link, mention } from "./mrkdwn.js";
import { h } from "./vdom.js";

const STYLES = { code: "code", strike: "s", underline: "u", italic: "em", bold: "strong" };

export function richText(block) {
  return h("div", { class: "rich" }, (block.elements ?? []).map(part));
}

function part(element) {
  if (element.type === "rich_text_section") return h("p", {}, element.elements.map(piece));
  if (element.type === "rich_text_quote") return h("blockquote", {}, element.elements.map(piece));
  if (element.type === "rich_text_preformatted") return h("pre", { class: "pre" }, element.elements.map(piece));
  if (element.type === "rich_text_list") {
    const tag = element.style === "ordered" ? "ol" : "ul";
    return h(
      tag,
      { class: `list indent-${element.indent ?? 0}`, ...(element.offset ? { start: element.offset + 1 } : {}) },
      element.elements.map((item) => h("li", {}, (item.elements ?? []).map(piece))),
    );
  }
  return h("p", { class: "unknown" }, `This page cannot show '${element.type}' yet`);
}

function piece(element) {
  let node = bare(element);
  for (const [name, tag] of Object.entries(STYLES)) if (element.style?.[name]) node = h(tag, {}, node);
  return node;
}

function bare(element) {
  switch (element.type) {
    case "text":
      return element.text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
    case "link":
      return link(element.url, element.text ?? element.url);
    case "emoji":
      return emoji(element.name) ?? `:${element.name}:`;
    case "user":
      return mention(element.user_id);
    case "channel":
      return channelLink(element.channel_id);
    case "broadcast":
      return h("span", { class: "mention" }, `@${element.range}`);
    case "usergroup":
      return h("span", { class: "mention" }, "@group");
    case "date":
      return h("time", {}, dateTokens(element.timestamp, element.format ?? element.fallback ?? ""));
    case "color":
      return h(
        "span",
        { class: "swatch" },
        h("i", { style: `background:${/^#[0-9a-f]{3,8}$/i.test(element.value) ? element.value : "transparent"}` }),
        element.value,
      );
    default:
      return withEmoji(element.text ?? "");
  }
}
