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
      clock.querySelector("small").textContent = mood === "late" ? "late" : "to respond";
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

tick();
setInterval(tick, 1000);
