// A very small virtual DOM: describe what should be there, change only what differs, keep focus and scrolling.
const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set([
  "value",
  "checked",
  "disabled",
  "selected",
  "hidden",
  "inert",
  "indeterminate",
  "tabIndex",
]);
let mounted = [];

/** Describes an element. `key` tells siblings apart, `ref` is called once it is in the page, `opaque` leaves its children alone. */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: flatten(children, "#"), key: props?.key ?? null, el: null };
}

/** Something that is only described again when one of `deps` is another than last time. */
export const memo = (key, deps, make) => ({ key, deps, make });

/** Makes `parent` show `children`, reusing whatever is there already. */
export function render(parent, children) {
  const next = flatten([children], "#");
  patchChildren(parent, parent.shown ?? [], next, false);
  parent.shown = next;
  const refs = mounted;
  mounted = [];
  for (const [ref, el] of refs) ref(el);
}

function flatten(children, prefix) {
  const flat = [];
  children.forEach((child, index) => {
    if (child === null || child === undefined || child === false || child === true || child === "") return;
    const key = prefix + index;
    if (Array.isArray(child)) flat.push(...flatten(child, `${key}.`));
    else if (typeof child === "object") flat.push(Object.assign(child, { key: child.key ?? key }));
    else flat.push({ tag: null, text: String(child), key, el: null });
  });
  return flat;
}

function patchChildren(parent, before, after, svg) {
  const old = new Map(before.map((node) => [node.key, node]));
  after.forEach((node, index) => {
    if (!node.make) return;
    const last = old.get(node.key);
    const same = last?.deps?.length === node.deps.length && node.deps.every((dep, at) => dep === last.deps[at]);
    after[index] = same ? last : Object.assign(node.make(), { key: node.key, deps: node.deps });
  });
  const reused = new Map();
  for (const node of after) {
    const match = old.get(node.key);
    if (match && match.tag === node.tag) {
      reused.set(node, match);
      old.delete(node.key);
    }
  }
  const keep = new Set(reused.values());
  for (const node of before) if (!keep.has(node)) node.el.remove();
  let cursor = parent.firstChild;
  for (const node of after) {
    const match = reused.get(node);
    if (match) update(match, node, svg);
    else create(node, svg);
    if (node.el === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node.el, cursor);
  }
}

function create(node, svg) {
  if (node.tag === null) {
    node.el = document.createTextNode(node.text);
    return;
  }
  const inSvg = svg || node.tag === "svg";
  node.el = inSvg ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag);
  apply(node.el, {}, node.props, false);
  if (!node.props.opaque) patchChildren(node.el, [], node.children, inSvg);
  apply(node.el, {}, node.props, true);
  if (node.props.ref) mounted.push([node.props.ref, node.el]);
}

function update(old, node, svg) {
  if (old === node) return;
  node.el = old.el;
  if (node.tag === null) {
    if (old.text !== node.text) node.el.data = node.text;
    return;
  }
  apply(node.el, old.props, node.props, false);
  if (!node.props.opaque) patchChildren(node.el, old.children, node.children, svg || node.tag === "svg");
  apply(node.el, old.props, node.props, true);
}

// `value` comes after the children: a select only takes a value it has an option for.
function apply(el, old, props, values) {
  for (const name of new Set([...Object.keys(old), ...Object.keys(props)])) {
    if (name === "key" || name === "ref" || name === "opaque" || (name === "value") !== values) continue;
    if (name.startsWith("on")) listen(el, name.slice(2).toLowerCase(), props[name]);
    else if (AS_PROPERTY.has(name) && name in el) assign(el, name, props[name]);
    else if (old[name] !== props[name]) attribute(el, name, props[name]);
  }
}

function assign(el, name, value) {
  if (name === "tabIndex" ? value === undefined : false) return;
  const wanted = value ?? (name === "value" ? "" : false);
  // What has no tabindex says -1 too, and takes no focus at all.
  if (el[name] !== wanted || (name === "tabIndex" && !el.hasAttribute("tabindex"))) el[name] = wanted;
}

function attribute(el, name, value) {
  if (value === null || value === undefined || value === false) el.removeAttribute(name);
  else el.setAttribute(name, value === true ? "" : value);
}

function listen(el, type, handler) {
  el.handlers ??= {};
  if (!(type in el.handlers)) el.addEventListener(type, (event) => el.handlers[type]?.(event));
  el.handlers[type] = handler;
}
