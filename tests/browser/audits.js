// What the tests ask a whole page: each function returns what is wrong with it, as a list of sentences.
({
  // Texts whose colour is too close to what is behind them (WCAG AA, 4.5 to 1).
  faint() {
    const channels = (text) =>
      text.match(/[\d.]+/g).map((part) => Number(part) * (text.startsWith("color(") ? 255 : 1));
    const linear = (value) => (value <= 0.04 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const light = ([red, green, blue]) =>
      0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
    const behind = (el) => {
      for (let at = el; at; at = at.parentElement) {
        const found = channels(getComputedStyle(at).backgroundColor);
        if (found.length < 4 || found[3] === 1) return found;
      }
      return [255, 255, 255];
    };
    const own = (el) =>
      [...el.childNodes]
        .filter((node) => node.nodeType === 3)
        .map((node) => node.data.trim())
        .join(" ")
        .trim();
    const shown = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    return [...document.querySelectorAll("#page *, dialog *")]
      .filter((el) => own(el) && shown(el) && !el.closest(".avatar, .sr-only, svg, :disabled"))
      .map((el) => {
        const [bright, dark] = [light(channels(getComputedStyle(el).color)), light(behind(el))].sort((a, b) => b - a);
        return { text: own(el).slice(0, 40), ratio: (bright + 0.05) / (dark + 0.05) };
      })
      .filter(({ ratio }) => ratio < 4.5)
      .map(({ text, ratio }) => `${text}: ${ratio.toFixed(2)}`);
  },

  // Controls that a screen reader could not name.
  nameless() {
    const named = (el) =>
      el.ariaLabel || el.getAttribute("aria-labelledby") || el.textContent.trim() || el.labels?.length;
    return [...document.querySelectorAll("button, input, select, textarea, dialog, [role=img]")]
      .filter((el) => !named(el))
      .map((el) => el.outerHTML);
  },

  // Ids that stand twice, and references to ids that are not there.
  confusing() {
    const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
    const references = ["aria-labelledby", "aria-describedby", "aria-controls", "aria-activedescendant", "for"];
    const lost = references.flatMap((name) =>
      [...document.querySelectorAll(`[${name}]`)]
        .flatMap((el) => el.getAttribute(name).split(" "))
        .filter((id) => !ids.includes(id)),
    );
    return [...ids.filter((id, at) => ids.indexOf(id) !== at), ...lost];
  },
});
