// Everything a person can do, as calls to the playground's acting API.
import { store } from "./state.js";

const UNREACHABLE = "The playground did not answer. Is it still running?";

async function call(path, body) {
  try {
    const response = await fetch(`/playground/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (answer.ok === undefined) answer.ok = response.ok;
    if (!answer.ok && !answer.message) answer.message = plainly(answer.error, response.status);
    return { ...answer, status: response.status };
  } catch {
    return { ok: false, error: "unreachable", message: UNREACHABLE, status: 0 };
  }
}

function plainly(error, status) {
  if (status === 409) return "Time is still on its way.";
  return error ? `That did not work: ${String(error).replaceAll("_", " ")}.` : "That did not work.";
}

const asMe = (action, body) => call(`people/${encodeURIComponent(store.workspace.me)}/${action}`, body);

export const say = (channel, text, thread) =>
  asMe("messages", { channel, text, ...(thread ? { thread_ts: thread } : {}) });
export const press = (body) => asMe("press", body);
export const react = (channel, ts, name, on) => asMe("reactions", { channel, ts, name, on });
export const submit = (viewId, values) => asMe("submit", { view_id: viewId, values });
export const close = (viewId) => asMe("close", { view_id: viewId });
export const openHome = () => asMe("home", {});
export const setMember = (channel, user, present) =>
  call(`channels/${encodeURIComponent(channel)}/members`, { user, present });
export const moveTime = (step) => call("time", { step });

/** The first state, to learn who there is; afterwards the live stream tells everything. */
export async function firstState(user = null) {
  const response = await fetch(`/playground/state${user ? `?as=${encodeURIComponent(user)}` : ""}`);
  return response.ok ? response.json() : null;
}
