// A small table of emoji names; a name that is not here stays as it was written.
const TABLE = {
  white_check_mark: "✅",
  heavy_check_mark: "✔️",
  ballot_box_with_check: "☑️",
  muscle: "💪",
  tada: "🎉",
  eyes: "👀",
  "+1": "👍",
  thumbsup: "👍",
  "-1": "👎",
  thumbsdown: "👎",
  heart: "❤️",
  raised_hands: "🙌",
  clap: "👏",
  wave: "👋",
  pray: "🙏",
  ok_hand: "👌",
  fire: "🔥",
  sparkles: "✨",
  star: "⭐",
  rocket: "🚀",
  bulb: "💡",
  bell: "🔔",
  no_bell: "🔕",
  calendar: "📆",
  date: "📅",
  clock3: "🕒",
  hourglass_flowing_sand: "⏳",
  alarm_clock: "⏰",
  stopwatch: "⏱️",
  coffee: "☕",
  seat: "💺",
  chair: "🪑",
  person_in_lotus_position: "🧘",
  runner: "🏃",
  walking: "🚶",
  sunny: "☀️",
  seedling: "🌱",
  herb: "🌿",
  trophy: "🏆",
  first_place_medal: "🥇",
  second_place_medal: "🥈",
  third_place_medal: "🥉",
  medal: "🏅",
  chart_with_upwards_trend: "📈",
  bar_chart: "📊",
  warning: "⚠️",
  x: "❌",
  o: "⭕",
  heavy_plus_sign: "➕",
  heavy_minus_sign: "➖",
  arrow_right: "➡️",
  arrow_left: "⬅️",
  pause_button: "⏸️",
  arrow_forward: "▶️",
  black_right_pointing_triangle: "▶️",
  lock: "🔒",
  question: "❓",
  exclamation: "❗",
  information_source: "ℹ️",
  gear: "⚙️",
  pencil2: "✏️",
  wastebasket: "🗑️",
  speech_balloon: "💬",
  smile: "😄",
  slightly_smiling_face: "🙂",
  joy: "😂",
  thinking_face: "🤔",
  sweat_smile: "😅",
  sunglasses: "😎",
  hugging_face: "🤗",
  relieved: "😌",
  sleeping: "😴",
  palm_tree: "🌴",
  snowflake: "❄️",
  link: "🔗",
};
const TONES = {
  "skin-tone-2": "🏻",
  "skin-tone-3": "🏼",
  "skin-tone-4": "🏽",
  "skin-tone-5": "🏾",
  "skin-tone-6": "🏿",
};

/** The characters for "muscle" or "muscle::skin-tone-3"; null when the name is unknown. */
export function emoji(name) {
  const [base, tone] = name.split("::");
  if (!TABLE[base]) return null;
  return tone ? TABLE[base].replace("\uFE0F", "") + (TONES[tone] ?? "") : TABLE[base];
}

/** "flexed arm, medium" is beyond us; "muscle" reads well enough. */
export const emojiWords = (name) => name.split("::")[0].replaceAll("_", " ");

/** Replaces :names: in plain text. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/g, (whole, name) => emoji(name) ?? whole);
}

/** What the add-reaction palette offers. */
export const PALETTE = [
  "white_check_mark",
  "heavy_check_mark",
  "muscle",
  "tada",
  "eyes",
  "raised_hands",
  "+1",
  "heart",
];
