// The playground's clock, and the buttons that move it.
import * as api from "./api.js";
import { city, clockSeconds, clockTime, longDate, shortDay } from "./dates.js";
import { me, now, setUi, store, toast, ui } from "./state.js";
import { h } from "./vdom.js";

const STEPS = [
  ["break", "Next break"],
  ["day", "A day on"],
  ["week", "A week on"],
];
const DAYS = { day: 1, week: 7 };

export function timeControl() {
  const { time_control: offered, moving } = store.workspace.clock;
  if (!offered) return null;
  const busy = moving || ui.moving !== null;
  return h(
    "section",
    { class: `timebar${busy ? " moving" : ""}`, "aria-label": "Time" },
    h(
      "p",
      { class: "clock", "data-testid": "clock", title: "The playground's time, where you are" },
      h("span", { opaque: true, ref: tick }),
    ),
    h("p", { class: "moving-words", role: "status" }, busy ? (ui.moving ?? "Moving on …") : ""),
    h(
      "div",
      { class: "steps", role: "group", "aria-label": "Move time" },
      STEPS.map(([step, name]) =>
        h(
          "button",
          {
            key: step,
            type: "button",
            class: "step",
            "aria-disabled": busy ? "true" : null, // not `disabled`, which would take the focus away
            onclick: () => busy || move(step),
          },
          name,
        ),
      ),
    ),
  );
}

async function move(step) {
  const goal = DAYS[step] && new Date(now().getTime() + DAYS[step] * 864e5);
  setUi({ moving: goal ? `Moving to ${longDate(goal)}, ${clockTime(goal)} …` : "Moving to the next break …" });
  const answer = await api.moveTime(step);
  setUi({ moving: null });
  if (!answer.ok) toast(answer.status === 409 ? "Time is still on its way." : answer.message);
}

/** Writes the time four times a second, so that no second is skipped. */
function tick(el) {
  const write = () => {
    if (!el.isConnected) return clearInterval(timer);
    const date = now();
    const text = `${shortDay(date)}, ${clockSeconds(date)} ${city(me()?.tz ?? "UTC")}`;
    if (el.textContent !== text) el.textContent = text;
    return undefined;
  };
  const timer = setInterval(write, 250);
  write();
}
