/* Rows of a form, conditions that fit their field, and lists put in order by dragging. Without this all of it still works. */
(() => {
  "use strict";

  const all = (root, selector) => Array.from(root.querySelectorAll(selector));

  /* --- rows that are added and removed --- */

  function isBlank(row) {
    return all(row, "select, textarea, input:not([type=hidden])").every(
      (input) => input.name.endsWith("-kind") || input.value.trim() === "");
  }

  function nextNumber(members, prefix) {
    let last = -1;
    all(members, "[name]").forEach((input) => {
      if (input.name.startsWith(prefix + "-")) {
        const number = Number(input.name.slice(prefix.length + 1).split("-")[0]);
        if (Number.isInteger(number)) last = Math.max(last, number);
      }
    });
    return last + 1;
  }

  function added(template, members, placeholder, prefix) {
    const number = nextNumber(members, prefix);
    const copy = template.content.firstElementChild.cloneNode(true);
    copy.classList.remove("lo-spare");
    const rename = (root) => {
      all(root, "[name]").forEach((input) => { input.name = input.name.replace(placeholder, number); });
      all(root, "template").forEach((inner) => rename(inner.content));
    };
    rename(copy);
    members.append(copy);
    return copy;
  }

  function setUp(root) {
    const prefix = root.dataset.conditions || root.dataset.rows;
    const fitting = root.dataset.fitting ? JSON.parse(document.getElementById(root.dataset.fitting).textContent) : null;
    all(root, ".lo-spare").forEach((row) => { if (isBlank(row)) row.remove(); });
    const fit = (scope) => { if (fitting) all(scope.matches(".lo-condition") ? scope.parentNode : scope, ".lo-condition").forEach((row) => fitRow(row, fitting)); };
    fit(root);
    root.addEventListener("click", (event) => {
      const remove = event.target.closest("[data-remove]");
      const add = event.target.closest("[data-add]");
      if (remove) {
        const row = remove.closest(".lo-condition, .lo-group, .lo-kept, .lo-typed");
        const beside = row.previousElementSibling || row.nextElementSibling;
        row.remove();
        const focused = beside && beside.querySelector("select, input:not([type=hidden]), textarea");
        (focused || root.querySelector("[data-add]")).focus();
        root.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (add) {
        let row;
        if (add.dataset.add === "inner") {
          const group = add.closest(".lo-group");
          const template = group.querySelector("template[data-inner]");
          const inner = template.content.querySelector("[name]").name.split("-__inner__")[0];
          row = added(template, group.querySelector(".lo-members"), "__inner__", inner);
        } else {
          const template = root.querySelector(`:scope > template[data-${add.dataset.add}]`);
          row = added(template, root.querySelector(":scope > .lo-members"), "__row__", prefix);
        }
        fit(row);
        row.querySelector("select, input:not([type=hidden]), textarea").focus();
      }
    });
  }

  /* --- a condition's operators and widget, as its field wants them --- */

  function fitRow(row, fitting) {
    if (row.dataset.fitted) return;
    row.dataset.fitted = "yes";
    const [field, op] = [row.querySelector("[name$=-field]"), row.querySelector("[name$=-op]")];
    const [attribute, upper] = [row.querySelector("[name$=-attribute]"), row.querySelector("[name$=-upper]")];
    const value = row.querySelector("[name$=-value]");
    const operators = Array.from(op.options).map((option) => option.cloneNode(true));

    function show() {
      const known = fitting.fields[field.value];
      const chosen = op.value;
      op.replaceChildren(...operators.filter((option) => !option.value || !known || known.operators.includes(option.value)));
      op.value = known && known.operators.includes(chosen) ? chosen : known ? known.operators[0] : "";
      attribute.hidden = field.value !== "attribute";
      op.hidden = !field.value;
      upper.hidden = op.value !== "between";
      const without = !op.value || fitting.without.includes(op.value);
      value.parentNode.hidden = without;
      stand(without ? null : known);
    }

    function stand(known) {
      all(value.parentNode, "[data-stand]").forEach((old) => old.remove());
      value.hidden = false;
      value.placeholder = "value";
      upper.type = "text";
      if (!known) return;
      const many = fitting.lists.includes(op.value);
      const choices = fitting.hours.includes(op.value) ? fitting.calendars : known.choices;
      if (choices.length && many) ticks(choices);
      else if (choices.length && ["is", "is_not"].concat(fitting.hours).includes(op.value)) select(choices);
      else if (many) value.placeholder = op.value === "in_ranges" ? "75000-75399, 752*" : "one on a line";
      else if (known.kind === "number" || (known.kind === "attribute" && upper.hidden === false)) typed("number");
      else if (known.kind === "datetime") value.placeholder = "2026-01-05 or 2026-01-05T15:00:00Z";
    }

    function put(widget) {
      widget.dataset.stand = "yes";
      value.hidden = true;
      value.after(widget);
    }

    function typed(type) {
      const input = document.createElement("input");
      Object.assign(input, { type, step: "any", className: "lo-input", value: value.value });
      input.setAttribute("aria-label", "Value");
      if (value.value && input.value === "") return;
      input.addEventListener("input", () => { value.value = input.value; });
      put(input);
    }

    function select(choices) {
      const list = document.createElement("select");
      list.className = "lo-input";
      list.setAttribute("aria-label", "Value");
      list.add(new Option("Choose", ""));
      choices.forEach(([key, words]) => list.add(new Option(words, key)));
      if (value.value && !choices.some(([key]) => key === value.value)) list.add(new Option(value.value, value.value));
      list.value = value.value;
      list.addEventListener("change", () => { value.value = list.value; });
      put(list);
    }

    function ticks(choices) {
      const had = value.value.split(/[\n,]/).map((one) => one.trim().replace(/^"|"$/g, "")).filter(Boolean);
      const shown = choices.concat(had.filter((one) => !choices.some(([key]) => key === one)).map((one) => [one, one]));
      const box = document.createElement("span");
      box.className = "lo-ticks";
      shown.forEach(([key, words]) => {
        const label = document.createElement("label");
        const tick = Object.assign(document.createElement("input"), { type: "checkbox", value: key, checked: had.includes(key) });
        tick.addEventListener("change", () => {
          value.value = all(box, ":checked").map((one) => one.value).join("\n");
        });
        label.append(tick, words);
        box.append(label);
      });
      put(box);
    }

    field.addEventListener("change", show);
    op.addEventListener("change", show);
    show();
  }

  /* --- a list in order --- */

  function setUpOrder(list) {
    const form = document.getElementById(list.dataset.order);
    const rows = () => all(list, ":scope > [data-pk]");
    if (!form || rows().length < 2 || rows().some((row) => row.style.getPropertyValue("--depth").trim() !== "0")) return;
    let dragged = null;
    rows().forEach((row) => { row.draggable = !row.classList.contains("lo-stays"); });
    list.addEventListener("dragstart", (event) => {
      dragged = event.target.closest("[data-pk]");
      dragged.classList.add("lo-dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.pk);
    });
    list.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const over = event.target.closest("[data-pk]");
      if (!over || over === dragged) return;
      const box = over.getBoundingClientRect();
      const after = event.clientY > box.top + box.height / 2 && !over.classList.contains("lo-stays");
      over.parentNode.insertBefore(dragged, after ? over.nextElementSibling : over);
    });
    list.addEventListener("drop", (event) => event.preventDefault());
    list.addEventListener("dragend", () => {
      if (!dragged) return;
      dragged.classList.remove("lo-dragged");
      dragged = null;
      form.elements.order.value = rows().map((row) => row.dataset.pk).join(",");
      form.submit();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    all(document, "[data-conditions], [data-rows]").forEach(setUp);
    all(document, "[data-order]").forEach(setUpOrder);
    all(document, "[data-all]").forEach((box) => box.addEventListener("change", () => {
      all(document, `input[name="${box.dataset.all}"]`).forEach((one) => { one.checked = box.checked; });
    }));
    all(document, "[data-ask]").forEach((button) => button.addEventListener("click", (event) => {
      if (!window.confirm(button.dataset.ask)) event.preventDefault();
    }));
    const result = document.querySelector("#result .lo-verdict");
    if (result && window.matchMedia("(max-width: 60rem)").matches) result.scrollIntoView();
  });
})();
