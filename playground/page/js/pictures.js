// Pictures: from an address or from a file uploaded to the workspace.
import { plain } from "./mrkdwn.js";
import { store } from "./state.js";
import { h } from "./vdom.js";

function source(image) {
  if (image.slack_file) {
    const { id, url } = image.slack_file;
    return (
      store.workspace.files[id] ??
      store.workspace.files[Object.keys(store.workspace.files).find((each) => url?.includes(each))] ??
      url ??
      null
    );
  }
  return image.image_url ?? null;
}

/** An image element; a picture that is not there shows its description instead. */
export function picture(image, kind) {
  const src = source(image);
  if (!src)
    return h(
      "span",
      { class: `picture missing ${kind}`, role: "img", "aria-label": image.alt_text },
      image.alt_text || "Picture",
    );
  return h("img", {
    key: src,
    class: `picture ${kind}`,
    src,
    alt: image.alt_text ?? "",
    onerror: (event) => event.target.classList.add("broken"),
  });
}

/** An image block: a picture with its title. */
export function imageBlock(block) {
  const title = plain(block.title);
  return h("figure", { class: "image-block" }, title ? h("figcaption", {}, title) : null, picture(block, "large"));
}
