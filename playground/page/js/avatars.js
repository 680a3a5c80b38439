// Faces: initials on a person's colour, and a mark of our own for the app.
import { h } from "./vdom.js";

const initials = (name) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word[0])
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join("")
    .toUpperCase();

/** Black or white, whichever reads well on a colour, in letters this bold. */
function ink(colour) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((one) => (one <= 0.04 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return 1.05 / (light + 0.05) >= 3 ? "#ffffff" : "#111827";
}

/** Decoration: the name always stands beside it or in the label around it. */
export function avatar(who, size = "") {
  if (who.isApp) return appMark(size);
  const colour = /^#[0-9a-f]{6}$/i.test(who.color ?? "") ? who.color : "#64748b";
  return h(
    "span",
    { class: `avatar ${size}`, style: `background:${colour};color:${ink(colour)}`, "aria-hidden": "true" },
    initials(who.real_name),
  );
}

function appMark(size) {
  return h(
    "span",
    { class: `avatar app ${size}`, "aria-hidden": "true" },
    h(
      "svg",
      { viewBox: "0 0 40 40" },
      h("path", {
        d: "M10 31c0-9 3-15 10-15s10-3 12-8",
        fill: "none",
        stroke: "currentColor",
        "stroke-width": "4.4",
        "stroke-linecap": "round",
      }),
      h("path", {
        d: "M18 31c0-4 2-6.5 6-6.500h6",
        fill: "none",
        stroke: "currentColor",
        "stroke-width": "4.4",
        "stroke-linecap": "round",
        "stroke-opacity": ".72",
      }),
      h("circle", { cx: "16.5", cy: "9", r: "3.8", fill: "#ff8a66" }),
    ),
  );
}
