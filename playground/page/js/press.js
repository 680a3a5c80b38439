// Pressing and choosing: asks to confirm where the app wants it, shows that it is under way, says kindly when it failed.
import * as api from "./api.js";
import * as form from "./form.js";
import { changed, setUi, toast, touch, ui } from "./state.js";

export const pressKey = (ctx, blockId, actionId) => `${ctx.scope}/${blockId}/${actionId}`;

/** Asks a confirmation object's question; resolves to true or false. */
function ask(confirm) {
  return new Promise((resolve) =>
    setUi({ confirm: { ...confirm, answer: (yes) => (setUi({ confirm: null }), resolve(yes)) } }),
  );
}

/** Sends a press or a choice to the app. */
export async function press(ctx, blockId, element, value) {
  if (element.confirm && !(await ask(element.confirm))) return false;
  const key = pressKey(ctx, blockId, element.action_id);
  if (ui.pending.has(key)) return false;
  ui.pending.add(key);
  touch(ctx.scope);
  changed();
  const body = { container: ctx.container, action_id: element.action_id };
  if (blockId) body.block_id = blockId;
  if (value !== undefined) body.value = value;
  if (ctx.container.type === "view") body.values = form.values(ctx.scope, ctx.blocks);
  const answer = await api.press(body);
  ui.pending.delete(key);
  touch(ctx.scope);
  if (!answer.ok) {
    if (ctx.surface === "modal") ui.problems[ctx.scope] = answer.message;
    else toast(answer.message);
  } else delete ui.problems[ctx.scope];
  changed();
  return answer.ok;
}

/** A field got a value: keep it, and tell the app where it wants to know at once. */
export async function choose(ctx, block, element, key, value, tell = true) {
  const before = form.get(ctx.scope, key);
  form.put(ctx.scope, key, value);
  if (ui.fieldErrors[ctx.scope]?.[block.block_id]) delete ui.fieldErrors[ctx.scope][block.block_id];
  changed();
  if (!tell || (block.type === "input" && !block.dispatch_action)) return;
  if ((await press(ctx, block.block_id, element, value)) || block.type === "input") return;
  form.put(ctx.scope, key, before); // outside a form nothing is chosen unless the app was told
  changed();
}
