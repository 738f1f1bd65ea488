// Pickers: while somebody types a name, the things that may be meant are offered below the field.
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/: a combobox with a list box, focus stays in the field.

import { element } from "./dom.js";

const PAUSE_MS = 150;
const WHOLE_TREE = 500; // of a scheme of concepts, shown as long as nothing is typed
const TREES = ["competence", "technology"];

for (const field of document.querySelectorAll(".picker")) enrich(field);

function enrich(field) {
  const { kind, name, found, none } = field.dataset;
  const input = field.querySelector("input[type=text]");
  const status = field.querySelector("[role=status]");
  const picked = field.querySelector(".picked");
  const list = element("ul", { id: `${input.id}-list`, role: "listbox", hidden: "", "aria-label": input.labels[0].textContent.trim() });
  const language = document.documentElement.lang;
  let timer = 0;
  let latest = 0;
  let at = -1;

  input.removeAttribute("name"); // what is typed names nothing until it is chosen
  for (const [key, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" }))
    input.setAttribute(key, value);
  input.after(list);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, PAUSE_MS);
  });
  input.addEventListener("focus", () => TREES.includes(kind) && suggest());
  input.addEventListener("blur", () => setTimeout(close, PAUSE_MS));
  input.addEventListener("keydown", onKey);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  field.closest("form")?.addEventListener("submit", takeTyped);

  async function suggest() {
    const text = input.value.trim();
    if (!text && !TREES.includes(kind)) return close();
    const asked = ++latest;
    const limit = text ? 20 : WHOLE_TREE;
    const answer = await fetch(`/api/v1/suggest?${new URLSearchParams({ kind, text, limit, lang: language })}`);
    if (!answer.ok || asked !== latest || document.activeElement !== input) return;
    const { suggestions } = await answer.json();
    list.replaceChildren(...suggestions.map((each, place) => option(each, place, text)));
    at = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = suggestions.length ? `${found} ${suggestions.length}` : none;
  }

  function option({ iri, label, lang, above, owners }, place, text) {
    const made = element("li", { id: `${list.id}-${place}`, role: "option", "aria-selected": "false" });
    const called = element("span", lang && lang !== language ? { lang } : {});
    called.textContent = label;
    made.append(called);
    made.dataset.iri = iri;
    made.dataset.label = label;
    if (!text) made.style.paddingInlineStart = `${0.6 + 1.2 * above.length}rem`;
    const where = text ? [above.join(" › "), owners.join(", ")].filter(Boolean).join(" · ") : "";
    if (where) {
      const told = element("span", { class: "quiet" });
      told.textContent = where;
      made.append(told);
    }
    return made;
  }

  function onKey(event) {
    if (event.key === "ArrowDown" && list.hidden) suggest();
    else if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp" && !list.hidden) mark(at - 1);
    else if (event.key === "Enter" && at >= 0) choose(list.children[at]);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  }

  function mark(place) {
    const options = [...list.children];
    if (!options.length) return;
    at = (place + options.length) % options.length;
    options.forEach((each, number) => each.setAttribute("aria-selected", String(number === at)));
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  }

  function choose(option) {
    if (!("several" in field.dataset)) picked.replaceChildren();
    if (![...picked.querySelectorAll("input")].some((each) => each.value === option.dataset.iri)) {
      const chip = element("label", { class: "chip" });
      const box = element("input", { type: "checkbox", name, value: option.dataset.iri, checked: "" });
      chip.append(box, ` ${option.dataset.label}`);
      picked.append(chip);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    input.value = "";
    close();
  }

  function takeTyped() {
    if (input.value.trim()) input.setAttribute("name", name); // the server reads it, or says what it may mean
  }

  function close() {
    latest++;
    at = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}
