// Where one is: channel, thread, Home; kept in the address bar, and remembered as read when left.
import { openHome } from "./api.js";
import { appDm, channel, changed, channels, isAppDm, messagesIn, query, setUi, store, ui } from "./state.js";

const READ_KEY = "playground.read";
let read = {};
try {
  read = JSON.parse(localStorage.getItem(READ_KEY)) ?? {};
} catch {
  // A private window without storage: marks live as long as the page.
}

/** Writes the place into the address, so that it can be shared, reloaded and photographed. */
export function remember() {
  const place = new URLSearchParams();
  place.set("as", ui.as);
  if (ui.home) place.set("home", "1");
  else if (ui.channel) place.set("channel", ui.channel);
  if (ui.thread && !ui.home) place.set("thread", ui.thread);
  if (ui.plain) place.set("plain", "1");
  if (query.get("theme")) place.set("theme", query.get("theme"));
  const next = `${location.pathname}?${place}`;
  if (next !== location.pathname + location.search) history.replaceState(null, "", next);
}

/** Makes sure that the place exists for the person acted as; else the first channel they are in. */
export function settle() {
  const known = ui.channel && channel(ui.channel);
  if (!ui.home && !known) {
    const first =
      channels().find((one) => one.kind !== "dm" && one.members.includes(store.workspace.me)) ?? channels()[0];
    ui.channel = first?.id ?? null;
    ui.thread = null;
  }
  if (ui.home) ui.channel = appDm()?.id ?? ui.channel;
  if (ui.thread && !(store.workspace.messages[ui.channel] ?? []).some((one) => one.ts === ui.thread)) ui.thread = null;
}

export function openChannel(id) {
  setUi({ channel: id, thread: null, home: false, drawer: false, menu: null });
}

export function openThread(ts) {
  setUi({ thread: ts, menu: null });
  requestAnimationFrame(() =>
    requestAnimationFrame(() => document.querySelector("[data-pane=thread] textarea")?.focus()),
  );
}

export function closeThread() {
  const ts = ui.thread;
  setUi({ thread: null });
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      document.querySelector(`[data-ts="${ts}"] .replies, [data-ts="${ts}"] .reply-button`)?.focus(),
    ),
  );
}

export async function showHome() {
  setUi({ home: true, thread: null, drawer: false, menu: null, channel: appDm()?.id ?? ui.channel });
  await openHome();
}

/** Entering the app goes to its messages if something there is unread, else to Home. */
export function openApp() {
  const dm = appDm();
  if (dm && unread(dm)) openChannel(dm.id);
  else showHome();
}

const lastTs = (id) => messagesIn(id).at(-1)?.ts ?? "0";

/** How many messages of others came since this person last looked. Everything older than the first visit is read. */
export function unread(one) {
  const key = `${store.workspace.workspace.id}/${store.workspace.me}/${one.id}`;
  const since = Number(read[key] ?? read[`${store.workspace.workspace.id}/start`] ?? 0);
  return messagesIn(one.id).filter((message) => message.user !== store.workspace.me && Number(message.ts) > since)
    .length;
}

/** The open place is read while the window is looked at. */
export function markRead() {
  const start = `${store.workspace.workspace.id}/start`;
  let different = false;
  const put = (key, ts) => {
    if (Number(read[key] ?? -1) >= Number(ts)) return;
    read[key] = ts;
    different = true;
  };
  if (!(start in read))
    put(
      start,
      Object.keys(store.workspace.messages)
        .map(lastTs)
        .sort((a, b) => a - b)
        .at(-1) ?? "0",
    );
  const here = channel(ui.channel);
  if (here && !document.hidden && !(ui.home && isAppDm(here)))
    put(`${store.workspace.workspace.id}/${store.workspace.me}/${here.id}`, lastTs(here.id));
  if (!different) return;
  try {
    localStorage.setItem(READ_KEY, JSON.stringify(read));
  } catch {
    // as above
  }
}

document.addEventListener("visibilitychange", () => store.workspace && changed());
