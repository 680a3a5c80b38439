// Dates and times in words, in the zone of the person acted as.
import { now, zone } from "./state.js";

const formats = new Map();

function format(options, tz) {
  const key = JSON.stringify(options) + tz;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { ...options, timeZone: tz }));
  return formats.get(key);
}

const say =
  (options) =>
  (date, tz = zone()) =>
    format(options, tz).format(date);
export const clockTime = say({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const clockSeconds = say({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const long = say({ weekday: "long", day: "numeric", month: "long" });
const longYear = say({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
export const shortDay = say({ weekday: "short", day: "numeric", month: "short" });
const medium = say({ day: "numeric", month: "short", year: "numeric" });
const dayMonthYear = say({ day: "numeric", month: "long", year: "numeric" });
const numbers = say({ day: "2-digit", month: "2-digit", year: "numeric" });
const iso = (date, tz = zone()) => {
  const part = Object.fromEntries(
    format({ year: "numeric", month: "2-digit", day: "2-digit" }, tz)
      .formatToParts(date)
      .map((p) => [p.type, p.value]),
  );
  return `${part.year}-${part.month}-${part.day}`;
};

export const fromTs = (ts) => new Date(Number(ts) * 1000);
export const today = () => iso(now());
const days = new Map(); // formatting is slow, and a message's day does not change

/** The date of a message, "2026-03-02", where the person acted as is. */
export function dayKey(ts) {
  const key = `${zone()} ${ts}`;
  if (!days.has(key)) days.set(key, iso(fromTs(ts)));
  return days.get(key);
}

export const fullTime = (ts) => `${longYear(fromTs(ts))}, ${clockTime(fromTs(ts))}`;

function relative(date) {
  const day = iso(date);
  const near = [
    [0, "Today"],
    [-1, "Yesterday"],
    [1, "Tomorrow"],
  ];
  return near.find(([shift]) => iso(new Date(now().getTime() + shift * 864e5)) === day)?.[1];
}

/** "Today", "Yesterday", "Monday, 2 March". */
export function dayName(date) {
  const sameYear = iso(date).slice(0, 4) === iso(now()).slice(0, 4);
  return relative(date) ?? (sameYear ? long(date) : longYear(date));
}

export const longDate = (date) => long(date);
/** "Berlin" for "Europe/Berlin". */
export const city = (tz) => tz.split("/").pop().replaceAll("_", " ");

/** How long ago something was, in the roundest words. */
export function ago(date) {
  const seconds = Math.round((now() - date) / 1000);
  const units = [
    [86400 * 30, "month"],
    [86400 * 7, "week"],
    [86400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ];
  for (const [size, name] of units) {
    const count = Math.floor(Math.abs(seconds) / size);
    if (count)
      return seconds < 0 ? `in ${count} ${name}${count > 1 ? "s" : ""}` : `${count} ${name}${count > 1 ? "s" : ""} ago`;
  }
  return seconds < 0 ? "in a moment" : "just now";
}

/** Slack's <!date^…> tokens. */
export function dateTokens(unix, pattern) {
  const date = new Date(Number(unix) * 1000);
  const lower = () => relative(date)?.toLowerCase();
  const words = {
    date_num: () => iso(date),
    date_slash: () => numbers(date),
    date: () => dayMonthYear(date),
    date_short: () => medium(date),
    date_long: () => longYear(date),
    date_pretty: () => lower() ?? dayMonthYear(date),
    date_short_pretty: () => lower() ?? medium(date),
    date_long_pretty: () => lower() ?? longYear(date),
    day_divider_pretty: () => relative(date) ?? long(date),
    time: () => clockTime(date),
    time_secs: () => clockSeconds(date),
    ago: () => ago(date),
  };
  const text = pattern.replace(/\{(\w+)\}/g, (whole, name) => words[name]?.() ?? whole);
  return text.charAt(0) === text.charAt(0).toLowerCase() && pattern.startsWith("{")
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;
}

/** Seconds since 1970 for a wall time "2026-03-02T10:25" in a zone, and back. */
export function toUnix(local, tz) {
  const wanted = Date.parse(`${local}:00Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) guess = wanted - (Date.parse(`${toLocal(guess / 1000, tz)}:00Z`) - guess);
  return Math.round(guess / 1000);
}

export function toLocal(unix, tz) {
  const date = new Date(unix * 1000);
  return `${iso(date, tz)}T${clockTime(date, tz)}`;
}
