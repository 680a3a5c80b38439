// What the page knows: the workspace as the server tells it, and what this window adds (place, drafts, open menus).
export const query = new URLSearchParams(location.search);

export const store = {
  workspace: null, // the server's state object, see docs/playground.md
  receivedAt: 0, // performance.now() when it came, so that the clock can tick
  live: "connecting", // connecting | open | lost
};

export const ui = {
  as: query.get("as"),
  channel: query.get("channel"),
  thread: query.get("thread"),
  home: query.get("home") === "1",
  plain: query.get("plain") === "1",
  menu: null, // id of the open menu
  drawer: false, // sidebar on narrow windows
  drafts: {},
  problems: {}, // place -> sentence, shown beside the composer or in the modal
  fieldErrors: {}, // view id -> {block id: sentence}
  touched: new Map(), // message or view -> how often its fields changed in this window
  pending: new Set(), // presses that have not been answered
  dismissed: new Set(), // private answers put away in this window
  toasts: [],
  confirm: null,
  moving: null, // sentence while time moves
};

let draw = () => {};
let scheduled = false;

export function onChange(callback) {
  draw = callback;
}

/** Asks for a redraw at the next frame; any number of calls make one. */
export function changed() {
  if (scheduled) return;
  scheduled = true;
  const run = () => {
    if (!scheduled) return;
    scheduled = false;
    draw();
  };
  requestAnimationFrame(run);
  setTimeout(run, 120); // frames stop in a hidden tab, messages do not
}

/** Changes this window's part and redraws at once, for what the next key already needs. */
export function setUiNow(part) {
  Object.assign(ui, part);
  scheduled = false;
  draw();
}

export function setUi(part) {
  Object.assign(ui, part);
  changed();
}

/** Takes a new state, keeping every part that did not change as the same object. */
export function receive(state) {
  store.workspace = share(store.workspace, state);
  store.receivedAt = performance.now();
  changed();
}

function share(old, fresh) {
  if (old === fresh || typeof old !== "object" || typeof fresh !== "object" || !old || !fresh) return fresh;
  if (Array.isArray(old) !== Array.isArray(fresh)) return fresh;
  let same = Object.keys(old).length === Object.keys(fresh).length;
  for (const key of Object.keys(fresh)) {
    fresh[key] = share(old[key], fresh[key]);
    same = same && old[key] === fresh[key];
  }
  return same ? old : fresh;
}

/** Notes that something inside a message or view looks different now, although the server said nothing. */
export const touch = (scope) => ui.touched.set(scope, (ui.touched.get(scope) ?? 0) + 1);

export const me = () => person(store.workspace.me);
export const zone = () => me()?.tz ?? "UTC";
export const app = () => store.workspace.app;
export const channels = () =>
  store.workspace.channels.filter((channel) => !channel.archived || channel.id === ui.channel);
export const channel = (id) => store.workspace.channels.find((one) => one.id === id);
export const isAppDm = (one) => one?.kind === "dm" && one.members.includes(app().user_id);
export const appDm = () => store.workspace.channels.find(isAppDm);

export function person(id) {
  return store.workspace.people.find((one) => one.id === id) ?? null;
}

/** Whoever wrote something: a person, the app, or somebody no longer here. */
export function author(id) {
  if (id === app().user_id) return { id, name: app().name, real_name: app().name, isApp: true };
  return person(id) ?? { id, name: "someone", real_name: "Someone", color: "#6b7280" };
}

/** Messages and this person's private answers of one place, oldest first; `thread` is a parent's ts or null for the channel itself. */
export function messagesIn(channelId, thread = null) {
  const inside = (one) => {
    if (one.deleted) return false;
    if (thread) return one.thread_ts === thread || one.ts === thread;
    return !one.thread_ts || one.thread_ts === one.ts || one.broadcast;
  };
  const messages = (store.workspace.messages[channelId] ?? []).filter(inside);
  const privates = store.workspace.ephemerals
    .filter((one) => one.channel === channelId && !ui.dismissed.has(one.id))
    .filter((one) => (thread ? one.thread_ts === thread : !one.thread_ts))
    .map(asMessage);
  return [...messages, ...privates].sort((a, b) => Number(a.ts) - Number(b.ts) || a.ts.localeCompare(b.ts));
}

const answers = new WeakMap();

function asMessage(answer) {
  if (!answers.has(answer)) answers.set(answer, { ...answer, user: app().user_id, ephemeral: true, reactions: [] });
  return answers.get(answer);
}

/** The playground's time now, as a Date that goes on between two states. */
export function now() {
  const { now: told } = store.workspace.clock;
  return new Date(Date.parse(told) + (performance.now() - store.receivedAt));
}

export function toast(text, kind = "problem") {
  const one = { id: crypto.randomUUID?.() ?? String(Math.random()), text, kind };
  ui.toasts = [...ui.toasts.slice(-2), one];
  changed();
  setTimeout(() => setUi({ toasts: ui.toasts.filter((each) => each !== one) }), 9000);
}
