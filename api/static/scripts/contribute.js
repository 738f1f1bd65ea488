// Contributing: the form is checked while it is filled in, by the same shapes as when it is sent; nothing is written.
// The token may be kept until the tab is closed, and only if whoever typed it says so.

const PAUSE_MS = 600;
const KEY = "revier-token";

for (const form of document.querySelectorAll("form[data-check]")) checkWhileTyping(form);
for (const field of document.querySelectorAll("#token")) keepToken(field);
document.querySelector("#summary[data-new]")?.focus();

function checkWhileTyping(form) {
  const live = form.querySelector(".live");
  const visited = new Set(); // nobody is told what is missing in a field that they have not reached
  let timer = 0;
  let latest = 0;

  form.addEventListener("input", (event) => later(event, PAUSE_MS));
  form.addEventListener("change", (event) => later(event, 0));
  form.addEventListener("focusout", (event) => {
    const entry = event.target.closest("[data-field]");
    if (entry && !entry.contains(event.relatedTarget)) later(event, 0);
  });
  for (const entry of form.querySelectorAll("[data-field].refused")) visited.add(entry.dataset.field);

  function later(event, wait_ms) {
    const entry = event.target.closest("[data-field]");
    if (!entry) return;
    if (event.type !== "input") visited.add(entry.dataset.field);
    clearTimeout(timer);
    timer = setTimeout(check, wait_ms);
  }

  async function check() {
    const asked = ++latest;
    const sent = new FormData(form);
    sent.delete("token"); // checking needs none
    const address = form.dataset.check + location.search;
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(sent) });
    if (!answer.ok || asked !== latest) return;
    const { remarks, offered, matches } = await answer.json();
    for (const entry of form.querySelectorAll("[data-field]")) {
      const key = entry.dataset.field;
      const told = remarks.filter(({ fields }) => visited.has(key) && fields.includes(key));
      tell(entry, told);
      offer(entry, offered[key] ?? []);
    }
    foresee(form.querySelector(".foreseen"), matches);
    const left = remarks.filter(({ refuses }) => refuses).length;
    live.textContent = left ? `${form.dataset.checking} ${left}` : form.dataset.ready;
  }
}

function tell(entry, remarks) {
  const refuses = remarks.some((each) => each.refuses);
  entry.classList.toggle("refused", refuses);
  entry.querySelector(".remarks").replaceChildren(
    ...remarks.map((each) => {
      const item = document.createElement("li");
      item.className = each.refuses ? "refuses" : "advises";
      item.textContent = each.says;
      return item;
    }),
  );
  for (const input of entry.querySelectorAll("[aria-describedby]")) {
    if (refuses) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

// What the text speaks of, as chips that are taken by a click; what is taken stays.
function offer(entry, things) {
  const picked = entry.querySelector(".picked");
  if (!picked) return;
  const boxes = [...picked.querySelectorAll("input")];
  const kept = boxes.filter((box) => box.checked || box === document.activeElement);
  for (const box of boxes) if (!kept.includes(box)) box.closest("label").remove();
  for (const { iri, label, lang } of things) {
    if (kept.some((box) => box.value === iri)) continue;
    const chip = document.createElement("label");
    chip.className = "chip left";
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: entry.dataset.field, value: iri });
    const called = document.createElement("span");
    called.textContent = label;
    if (lang && lang !== document.documentElement.lang) called.lang = lang;
    chip.append(box, " ", called);
    picked.append(chip);
  }
}

function foresee(section, matches) {
  section.hidden = matches.length === 0;
  section.querySelector("ol").replaceChildren(
    ...matches.map(({ label, page, score }) => {
      const item = document.createElement("li");
      const actor = document.createElement("a");
      const share = document.createElement("span");
      actor.textContent = label;
      actor.href = page + location.search;
      share.className = "number";
      share.textContent = score;
      item.append(actor, " ", share);
      return item;
    }),
  );
}

function keepToken(field) {
  const label = document.createElement("label");
  const keeps = document.createElement("input");
  label.className = "choice";
  keeps.type = "checkbox";
  label.append(keeps, ` ${field.dataset.keeps}`);
  field.after(label);
  field.value = sessionStorage.getItem(KEY) ?? "";
  keeps.checked = field.value !== "";
  keeps.addEventListener("change", () => keeps.checked || sessionStorage.removeItem(KEY));
  field.form.addEventListener("submit", () => keeps.checked && sessionStorage.setItem(KEY, field.value));
}
