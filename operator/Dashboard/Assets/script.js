// Keeps the page as the cluster is: each time the server says that something has changed, the parts of the page are asked for
// anew and put in place of those that are there. Without this script a reload does the same.
"use strict";
(() => {
  const address = document.body.dataset.live;
  if (!address || !window.EventSource) return;
  const live = document.getElementById("live");
  const pause = document.getElementById("pause");
  const again = 1000;
  const [soonest, latest] = [3000, 120000];
  let retry = soonest, source = null, busy = false, due = false, paused = false;

  const say = (text) => { live.textContent = text ? ", " + text : ""; };

  // Changes what is there into what is new, and leaves alone what is the same: focus, what is open and what is being clicked stay.
  const keyOf = (node) => node.id || node.dataset?.key || "";

  const change = (there, fresh) => {
    if (there.nodeType !== Node.ELEMENT_NODE) {
      if (there.data !== fresh.data) there.data = fresh.data;
      return;
    }
    for (const { name } of [...there.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") there.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (name !== "open" && there.getAttribute(name) !== value) there.setAttribute(name, value);
    }
    const known = new Map([...there.childNodes].filter(keyOf).map((node) => [keyOf(node), node]));
    let at = there.firstChild;
    for (const next of [...fresh.childNodes]) {
      const key = keyOf(next);
      const same = key ? known.get(key) : at;
      if (!same || keyOf(same) !== key || same.nodeName !== next.nodeName) { there.insertBefore(next, at); continue; }
      known.delete(key);
      if (same === at) at = at.nextSibling; else there.insertBefore(same, at);
      change(same, next);
    }
    while (at) { const next = at.nextSibling; at.remove(); at = next; }
  };

  const put = (next) => {
    const focused = document.activeElement;
    for (const part of document.querySelectorAll("[data-part]")) {
      const fresh = next.getElementById(part.id);
      if (fresh) change(part, fresh);
    }
    // What moves loses it.
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  };

  const load = async () => {
    if (paused || document.hidden || busy || !getSelection().isCollapsed) { due = true; return; }
    [busy, due] = [true, false];
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      put(new DOMParser().parseFromString(await answer.text(), "text/html"));
      say("live");
    } catch {
      say("not up to date: the server doesn't answer");
    } finally {
      busy = false;
    }
  };

  const open = () => {
    if (source || paused || document.hidden) return;
    source = new EventSource(address);
    source.addEventListener("open", () => { retry = soonest; say("live"); load(); });
    source.addEventListener("changed", load);
    source.addEventListener("error", lost);
  };
  const close = () => { if (source) source.close(); source = null; };

  // A browser gives up for good where the answer is no stream: that of a proxy while the server behind it restarts.
  const lost = () => {
    say("not up to date: the server doesn't answer");
    if (!source || source.readyState !== EventSource.CLOSED) return;
    close();
    setTimeout(open, retry);
    retry = Math.min(2 * retry, latest);
  };

  // A browser has few connections to one server: a page that nobody sees gives its own back.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  setInterval(() => { if (due) load(); }, again);
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? "Go on" : "Pause";
    if (paused) { close(); say("paused"); } else { open(); }
  });
  open();
})();
