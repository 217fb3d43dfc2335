// Keeps the page as the cluster is: each time the server says that something has changed, the parts of the page are asked for
// anew and put in place of those that are there. Without this script a reload does the same.
"use strict";
(() => {
  const address = document.body.dataset.live;
  if (!address || !window.EventSource) return;
  const live = document.getElementById("live");
  const pause = document.getElementById("pause");
  const again = 1000;
  let source = null, busy = false, due = false, paused = false;

  const say = (text) => { live.textContent = text ? ", " + text : ""; };

  const put = (next) => {
    for (const id of ["problem", "as-of"]) {
      const [there, fresh] = [document.getElementById(id), next.getElementById(id)];
      if (there && fresh && there.innerHTML !== fresh.innerHTML) there.replaceChildren(...fresh.childNodes);
    }
    for (const part of document.querySelectorAll("[data-part]")) {
      const fresh = next.getElementById(part.id);
      if (!fresh || part.innerHTML === fresh.innerHTML) continue;
      const focused = part.contains(document.activeElement) ? document.activeElement : null;
      for (const details of part.querySelectorAll("details[id]")) {
        const same = fresh.querySelector("#" + CSS.escape(details.id));
        if (same) same.open = details.open;
      }
      part.replaceChildren(...fresh.childNodes);
      if (!focused) continue;
      const href = focused.getAttribute("href");
      const parent = focused.closest("details[id]");
      const found = href
        ? part.querySelector(`a[href="${CSS.escape(href)}"]`)
        : parent && part.querySelector("#" + CSS.escape(parent.id) + " > summary");
      (found || document.getElementById("main")).focus({ preventScroll: true });
    }
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
    source.addEventListener("open", () => { say("live"); load(); });
    source.addEventListener("changed", load);
    source.addEventListener("error", () => say("not up to date: the server doesn't answer"));
  };
  const close = () => { if (source) source.close(); source = null; };

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
