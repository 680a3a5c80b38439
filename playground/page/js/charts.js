// data_visualization blocks: line, bar, area and pie as inline SVG, each with its numbers as a table.
import { h } from "./vdom.js";

const WIDTH = 520;
const HEIGHT = 208;
const R = 94; // of a pie
const PAD = { top: 24, right: 12, bottom: 30, left: 38 };
const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
const colour = (index) => `var(--chart-${(index % 6) + 1})`;

export function chart(block) {
  const drawn = block.chart?.type === "pie" ? pie(block.chart) : plotted(block.chart);
  if (!drawn) return h("p", { class: "unknown" }, `This page cannot show '${block.chart?.type ?? "a chart"}' yet`);
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, block.title),
    h(
      "svg",
      {
        viewBox: `0 0 ${drawn.width ?? WIDTH} ${HEIGHT}`,
        role: "img",
        "aria-label": `${block.title}. ${drawn.words}`,
        class: drawn.width ? "pie" : "plot",
      },
      drawn.shapes,
    ),
    drawn.legend.length > 1
      ? h(
          "ul",
          { class: "legend" },
          drawn.legend.map((name, index) => h("li", {}, h("i", { style: `background:${colour(index)}` }), name)),
        )
      : null,
    h("details", { class: "numbers" }, h("summary", {}, "Show as a table"), numbers(drawn.rows)),
  );
}

function numbers([head, ...rows]) {
  return h(
    "table",
    { class: "table" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        head.map((cell) => h("th", { scope: "col" }, cell)),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((row) =>
        h(
          "tr",
          {},
          row.map((cell, index) => (index ? h("td", { class: "right" }, cell) : h("th", { scope: "row" }, cell))),
        ),
      ),
    ),
  );
}

function plotted(spec) {
  const { type, series } = spec ?? {};
  if (!["line", "bar", "area"].includes(type) || !series?.length) return null;
  const categories = spec.axis_config?.categories ?? series[0].data.map((point) => point.label);
  const valueAt = (one, label) => one.data.find((point) => point.label === label)?.value ?? null;
  const axis = spec.axis_config ?? {};
  const scale = scaleFor(
    series.flatMap((one) => one.data.map((point) => point.value)),
    categories.length,
  );
  const mark = { bar: bars, line: lines, area: areas }[type];
  const words = series
    .map(
      (one) =>
        `${series.length > 1 ? `${one.name}: ` : ""}${categories.map((label) => `${label} ${number.format(valueAt(one, label) ?? 0)}`).join(", ")}.`,
    )
    .join(" ");
  return {
    words,
    legend: series.map((one) => one.name),
    rows: [
      [axis.x_label ?? "", ...series.map((one) => one.name)],
      ...categories.map((label) => [label, ...series.map((one) => number.format(valueAt(one, label) ?? 0))]),
    ],
    shapes: [
      ...grid(scale),
      ...labels(categories, scale, axis),
      ...series.flatMap((one, index) =>
        mark(
          categories.map((label) => valueAt(one, label)),
          scale,
          index,
          series.length,
        ),
      ),
    ],
  };
}

/** Round steps that start at zero, so that no chart exaggerates. */
function scaleFor(values, count) {
  const top = Math.max(0, ...values);
  const bottom = Math.min(0, ...values);
  const rough = (top - bottom || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  if (values.every(Number.isInteger)) step = Math.max(1, Math.ceil(step));
  const max = Math.ceil(top / step) * step;
  const min = Math.floor(bottom / step) * step;
  const high = HEIGHT - PAD.top - PAD.bottom;
  const y = (value) => PAD.top + high - ((value - min) / (max - min || 1)) * high;
  const slot = (WIDTH - PAD.left - PAD.right) / count;
  return { min, max: max || step, step, y, slot, x: (index) => PAD.left + slot * (index + 0.5) };
}

function grid({ min, max, step, y }) {
  const ticks = Array.from({ length: Math.round((max - min) / step) + 1 }, (_, index) => min + index * step);
  return ticks.flatMap((tick) => [
    h("line", { class: tick === 0 ? "axis" : "grid", x1: PAD.left, x2: WIDTH - PAD.right, y1: y(tick), y2: y(tick) }),
    h("text", { class: "tick", x: PAD.left - 8, y: y(tick) + 4, "text-anchor": "end" }, number.format(tick)),
  ]);
}

function labels(categories, { x, slot }, axis) {
  const every = Math.ceil((Math.max(...categories.map((label) => label.length)) * 6.4 + 8) / slot);
  const under = categories.map((label, index) =>
    index % every ? null : h("text", { class: "tick", x: x(index), y: HEIGHT - 10, "text-anchor": "middle" }, label),
  );
  return [...under, axis.y_label ? h("text", { class: "tick", x: 2, y: 9 }, axis.y_label) : null];
}

function bars(values, { x, y, slot }, index, count) {
  const room = slot * 0.7;
  const wide = Math.min(34, room / count - (count > 1 ? 2 : 0));
  const start = (at) => x(at) - (wide * count + 2 * (count - 1)) / 2 + index * (wide + 2);
  const showValue = count === 1 && slot > 26;
  return values.flatMap((value, at) =>
    value === null
      ? []
      : [
          h("path", {
            d: bar(start(at), Math.min(y(value), y(0)), wide, Math.abs(y(value) - y(0)), value >= 0),
            fill: colour(index),
          }),
          showValue
            ? h(
                "text",
                { class: "value", x: x(at), y: y(Math.max(0, value)) - 5, "text-anchor": "middle" },
                number.format(value),
              )
            : null,
        ],
  );
}

function bar(left, top, wide, high, up) {
  const round = Math.min(4, wide / 2, high);
  if (!up) return `M${left} ${top}h${wide}v${high}h${-wide}z`;
  return `M${left} ${top + high}v${-(high - round)}q0 ${-round} ${round} ${-round}h${wide - 2 * round}q${round} 0 ${round} ${round}v${high - round}z`;
}

const points = (values, { x, y }) =>
  values.map((value, at) => (value === null ? null : [x(at), y(value)])).filter(Boolean);
const path = (pairs) =>
  pairs.map(([left, top], at) => `${at ? "L" : "M"}${left.toFixed(1)} ${top.toFixed(1)}`).join("");

function lines(values, scale, index) {
  const pairs = points(values, scale);
  return [
    h("path", { d: path(pairs), class: "line", stroke: colour(index) }),
    ...pairs.map(([cx, cy]) => h("circle", { cx, cy, r: 3.5, fill: colour(index) })),
  ];
}

function areas(values, scale, index) {
  const pairs = points(values, scale);
  if (!pairs.length) return [];
  const base = scale.y(Math.max(0, scale.min));
  return [
    h("path", {
      d: `${path(pairs)}L${pairs.at(-1)[0]} ${base}L${pairs[0][0]} ${base}z`,
      fill: colour(index),
      class: "area",
    }),
    h("path", { d: path(pairs), class: "line", stroke: colour(index) }),
  ];
}

function pie({ segments }) {
  const total = segments?.reduce((sum, one) => sum + one.value, 0);
  if (!total) return null;
  const share = (value) => `${Math.round((value / total) * 100)}%`;
  let from = -Math.PI / 2;
  const slices = segments.map((one, index) => {
    const to = from + (one.value / total) * 2 * Math.PI;
    const d = slice(from, to, one.value === total);
    from = to;
    return h(
      "path",
      { d, fill: colour(index), class: "slice" },
      h("title", {}, `${one.label}: ${number.format(one.value)}, ${share(one.value)}`),
    );
  });
  return {
    width: HEIGHT,
    words: `${segments.map((one) => `${one.label} ${number.format(one.value)} (${share(one.value)})`).join(", ")}.`,
    legend: segments.map((one) => `${one.label} ${share(one.value)}`),
    rows: [["", "Value", "Share"], ...segments.map((one) => [one.label, number.format(one.value), share(one.value)])],
    shapes: slices,
  };
}

function slice(from, to, whole) {
  const at = (angle) =>
    [HEIGHT / 2 + Math.cos(angle) * R, HEIGHT / 2 + Math.sin(angle) * R].map((value) => value.toFixed(2)).join(" ");
  if (whole) return `M${at(from)}A${R} ${R} 0 1 1 ${at(from + Math.PI)}A${R} ${R} 0 1 1 ${at(from)}z`;
  return `M${HEIGHT / 2} ${HEIGHT / 2}L${at(from)}A${R} ${R} 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(to)}z`;
}
