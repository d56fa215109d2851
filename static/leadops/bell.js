// The browser itself tells of what is urgent, while a page is open and its reader let it.
"use strict";

{
  const SHOWN = "leadops-shown";
  const can = "Notification" in window;

  function shown() {
    try {
      return Number(localStorage.getItem(SHOWN)) || 0;
    } catch {
      return Number.MAX_SAFE_INTEGER; // without a memory each page would tell it again
    }
  }

  // One page of several tells it: whichever notes first that it did. The tag keeps a second from piling up.
  function tell() {
    if (!can || Notification.permission !== "granted") return;
    for (const one of document.querySelectorAll("#bell [data-fresh]")) {
      const id = Number(one.dataset.fresh);
      if (id <= shown()) continue;
      localStorage.setItem(SHOWN, String(id));
      try {
        const said = new Notification(one.dataset.title, { body: one.dataset.text, tag: `leadops-${id}` });
        said.onclick = () => {
          window.focus();
          location.assign(one.dataset.link);
          said.close();
        };
      } catch {
        return; // phones want a service worker for it
      }
    }
  }

  // Asked for by a button, never by itself.
  function ask() {
    const box = document.getElementById("ask-browser");
    if (!box || !can || Notification.permission !== "default") return;
    box.hidden = false;
    box.querySelector("button").addEventListener("click", async () => {
      await Notification.requestPermission();
      box.hidden = true;
      tell();
    });
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "bell" || event.detail.elt.id === "bell") tell();
  });
  ask();
  tell();
}
