/* What the theme's scripts build has no name of its own: here each gets that of the field it stands for. */
(() => {
  "use strict";

  function labelOf(select) {
    const label = select.labels && select.labels[0];
    const words = select.getAttribute("aria-label") || (label ? label.textContent : "");
    return words.trim().replace(/[:*\s]+$/, "");
  }

  /* A list that is searched while typing: the box that stands in its place, and what is typed into. */
  function nameList(select) {
    const box = select.nextElementSibling;
    const words = select.matches("select") ? labelOf(select) : "";
    if (!words) return;
    const combobox = box.querySelector("[role=combobox]");
    const chosen = box.querySelector(".select2-selection__rendered");
    const typed = box.querySelector(".select2-search__field");
    if (typed) typed.setAttribute("aria-label", words);
    combobox.setAttribute("aria-label", words);
    new MutationObserver(() => {
      if (combobox.hasAttribute("aria-owns")) combobox.setAttribute("aria-controls", combobox.getAttribute("aria-owns"));
      else combobox.removeAttribute("aria-controls");
    }).observe(combobox, { attributes: true, attributeFilter: ["aria-owns"] });
    if (chosen && chosen.matches("[role=textbox]")) {
      chosen.removeAttribute("role");
      chosen.removeAttribute("aria-readonly");
      combobox.removeAttribute("aria-labelledby");
      const say = () => combobox.setAttribute("aria-label", [words, chosen.title].filter(Boolean).join(": "));
      new MutationObserver(say).observe(chosen, { attributes: true, attributeFilter: ["title"] });
      say();
    }
  }

  function nameAll(root) {
    const all = (selector) => [...(root.matches(selector) ? [root] : []), ...root.querySelectorAll(selector)];
    all(".select2-container").forEach((box) => { if (box.previousElementSibling) nameList(box.previousElementSibling); });
    all(".help-tooltip[aria-label]").forEach((tip) => tip.setAttribute("role", "img"));
  }

  document.addEventListener("DOMContentLoaded", () => {
    // Each choice of several has a cross of its own; one for all would stand in the list as if it were a choice.
    document.querySelectorAll("select.admin-autocomplete[multiple]").forEach((select) => { select.dataset.allowClear = "false"; });
  });
  // They build whenever they are ready, and again for each row that is added.
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node instanceof Element) nameAll(node);
  }).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("focusin", (event) => {
    const typed = event.target;
    if (!(typed instanceof HTMLElement) || !typed.matches(".select2-dropdown .select2-search__field")) return;
    const open = document.querySelector(".select2-container--open [role=combobox][aria-label]");
    if (open) typed.setAttribute("aria-label", open.getAttribute("aria-label"));
  });
})();
