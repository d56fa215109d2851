// Running clocks. reps/moments.py counts the same way; this only keeps the figures moving between polls.
"use strict";

const SOON = 150; // seconds
const COARSE = 600;

function figures(size) {
  if (size < COARSE) return `${Math.floor(size / 60)}:${String(Math.floor(size % 60)).padStart(2, "0")}`;
  for (const [unit, seconds] of [["d", 86400], ["h", 3600], ["min", 60]]) {
    if (size >= seconds) return `${Math.floor(size / seconds)} ${unit}`;
  }
}

function tick() {
  for (const clock of document.querySelectorAll("[data-due]")) {
    const left = (Date.parse(clock.dataset.due) - Date.now()) / 1000;
    const mood = left <= 0 ? "late" : left <= SOON ? "soon" : "calm";
    if (!clock.classList.contains(mood)) {
      clock.classList.remove("calm", "soon", "late");
      clock.classList.add(mood);
      clock.querySelector("small").textContent = mood === "late" ? (clock.dataset.words ? "over" : "late") : clock.dataset.words || "to respond";
    }
    clock.querySelector(".figures").textContent = figures(Math.abs(left));
  }
}

// Only one sheet is open at a time, and Escape or a click elsewhere closes it.
const sheets = () => document.querySelectorAll("details.switch[open], details.menu[open]");
document.addEventListener("click", (event) => {
  for (const sheet of sheets()) if (!sheet.contains(event.target)) sheet.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const sheet of sheets()) {
    sheet.open = false;
    sheet.querySelector("summary").focus();
  }
});

// A tapped number or address is noted in the background; the call itself goes on whatever becomes of the note.
let begun = null;
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-started]");
  if (!link) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const body = new URLSearchParams({ csrfmiddlewaretoken: token ? token.value : "" });
  begun = fetch(link.dataset.started, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
});

// Back from it, the page asks how it went; what somebody is filling in there is left alone.
function ask() {
  const cards = document.getElementById("starts");
  if (!begun || document.hidden || !cards || cards.contains(document.activeElement)) return;
  const noted = begun;
  begun = null;
  noted.then(() => htmx.trigger(cards, "refresh"));
}
document.addEventListener("visibilitychange", ask);
window.addEventListener("focus", ask);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) htmx.trigger("#starts", "refresh");
});

// Copies what stands in a box, where the browser lets a page do so.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const box = document.getElementById(button.dataset.copy);
  box.select();
  if (!navigator.clipboard) return;
  navigator.clipboard.writeText(box.value).then(() => { button.textContent = "Copied"; }, () => {});
});

// What was not on the board a moment ago is lit up for a breath, so that the eye finds it.
let known = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "live") known = new Set([...event.detail.target.querySelectorAll("li[id]")].map((card) => card.id));
});
document.addEventListener("htmx:afterSwap", () => {
  const live = document.getElementById("live");
  if (!known || !live) return;
  for (const card of live.querySelectorAll("li[id]")) if (!known.has(card.id)) card.classList.add("arrived");
  known = null;
});

// The address follows the filter, so that going back, reloading and sharing show the same list.
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, requestConfig, successful } = event.detail;
  if (successful && elt.matches("form.filter")) {
    history.replaceState(null, "", `${location.pathname}?${new URLSearchParams(requestConfig.parameters)}`);
  }
});

// What was refused is where the eye and the reader go first.
document.getElementById("refused")?.focus();

tick();
setInterval(tick, 1000);
