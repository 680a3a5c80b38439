// The live stream: one EventSource for the person acted as; it comes back by itself and says when it is away.
import { changed, receive, store } from "./state.js";

let source = null;
let retry = null;
let person = null;

/** Follows the workspace as `user` sees it; anything followed before is let go. */
export function follow(user) {
  person = user;
  clearTimeout(retry);
  source?.close();
  const mine = new EventSource(`/playground/live?as=${encodeURIComponent(user)}`);
  source = mine;
  mine.addEventListener("open", () => say("open"));
  mine.addEventListener("changed", (event) => {
    if (source !== mine) return;
    say("open");
    receive(JSON.parse(event.data).state);
  });
  mine.addEventListener("error", () => {
    if (source !== mine) return;
    say("lost");
    // The browser comes back by itself unless the stream was refused; then we do.
    if (mine.readyState === EventSource.CLOSED) retry = setTimeout(() => follow(person), 1500);
  });
}

function say(word) {
  if (store.live === word) return;
  store.live = word;
  changed();
}
