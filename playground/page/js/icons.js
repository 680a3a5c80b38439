// The page's own line icons.
import { h } from "./vdom.js";

const PATHS = {
  hash: "M8 4 6.5 16M13.5 4 12 16M4 8h13M3 12.500h13",
  lock: "M6 9V7a4 4 0 0 1 8 0v2M4.5 9h11v7.500h-11z",
  people:
    "M7.5 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.500c0-3 2.5-5 5.5-5s5.5 2 5.5 5M13 4a3 3 0 0 1 0 5.500M15 12c2 .6 3 2.3 3 4.5",
  smile:
    "M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM7 12c.8 1.2 1.8 1.7 3 1.700s2.2-.5 3-1.700M7.5 8v.1M12.5 8v.1",
  reply: "M3 4h14v10H9l-4 3v-3H3z",
  send: "M3 10 17 3.5 13 17l-3-5.500zM10 11.5 17 3.5",
  close: "M5 5l10 10M15 5 5 15",
  menu: "M3 5.500h14M3 10h14M3 14.500h14",
  eye: "M2 10s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.500S2 10 2 10zM10 12.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  home: "M3 9.5 10 3.500l7 6M5 8.500v8h10v-8",
  text: "M4 5V4h12v1M10 4v12M8 16h4",
  down: "M10 4v12M5 11l5 5 5-5",
};

export const icon = (name) =>
  h(
    "svg",
    { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" },
    h("path", {
      d: PATHS[name],
      fill: "none",
      stroke: "currentColor",
      "stroke-width": "1.6",
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
