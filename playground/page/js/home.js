// The app's Home tab.
import { blocks } from "./blocks.js";
import { app, store } from "./state.js";
import { h } from "./vdom.js";

export function home() {
  const view = store.workspace.home;
  const filled = view?.blocks?.length;
  return h(
    "div",
    {
      class: "scroller home",
      key: `home-${store.workspace.me}`,
      role: "tabpanel",
      "aria-labelledby": "tab-Home",
      tabIndex: 0,
    },
    h(
      "div",
      { class: "home-page" },
      filled
        ? blocks(view.blocks, {
            scope: `home-${view.id}`,
            surface: "home",
            container: { type: "view", view_id: view.id },
          })
        : h(
            "p",
            { class: "empty" },
            app().connected
              ? `${app().name} has not drawn your Home yet.`
              : `${app().name} draws your Home as soon as it runs.`,
          ),
    ),
  );
}
