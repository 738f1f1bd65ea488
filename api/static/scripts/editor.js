// The text field of /sparql becomes Yasqe, with our own prefixes and terms: it fetches nothing elsewhere and keeps nothing.

import Yasqe from "../vendor/yasqe/yasqe.js";

const MOST_HINTS = 40;
const MOST_EXPECTED = 8;
const REST_MS = 500; // without a key, before the query is judged aloud
const field = document.getElementById("query");
const form = field.form;
const state = document.getElementById("state");
const facts = JSON.parse(document.getElementById("editor-facts").textContent);
const terms = form.dataset.terms ? fetch(form.dataset.terms).then((answer) => (answer.ok ? answer.json() : {})) : {};

/** Terms that are spelt as typed, before those with it in their names. */
async function fitting(kind, typed) {
  const wanted = typed.trim().replace(/^</, "").toLowerCase();
  const all = (await terms)[kind] ?? [];
  const spelt = all.filter(({ word }) => word.toLowerCase().startsWith(wanted));
  const named = all.filter((term) => wanted.length > 1 && !spelt.includes(term)
    && `${term.word} ${term.name}`.toLowerCase().includes(wanted));
  return [...spelt, ...named].slice(0, MOST_HINTS);
}

function completer(name, kind) {
  let found = [];
  Yasqe.forkAutocompleter(name, {
    name,
    autoShow: true,
    preProcessToken: undefined,
    postProcessSuggestion: undefined,
    get: async (_, token) => {
      found = await fitting(kind, token.string);
      return found.map(({ word }) => word);
    },
    postprocessHints: (_, hints) => hints.map((hint, place) => ({ ...hint, render: (row) => describe(row, found[place]) })),
  }, false);
}

function describe(row, { word, name, count }) {
  const note = document.createElement("span");
  note.textContent = [name, count.toLocaleString(document.documentElement.lang)].filter(Boolean).join(" · ");
  row.append(word, " ", note);
}

const ask = () => form.requestSubmit();
Yasqe.forkAutocompleter("prefixes", {
  name: "prefixes",
  persistenceId: null,
  get: () => Object.entries(facts.prefixes).map(([prefix, base]) => `${prefix}: <${base}>`).sort(),
}, false);
completer("class", "classes");
completer("property", "properties");

const frame = document.createElement("div");
field.before(frame);
const label = form.querySelector(`label[for="${field.id}"]`);
const editor = new Yasqe(frame, {
  value: field.value,
  persistenceId: null,
  createShareableLink: null,
  consumeShareLink: null,
  showQueryButton: false,
  resizeable: false,
  editorHeight: null,
  syntaxErrorCheck: false, // told below, in words of the page
  requestConfig: { endpoint: form.action },
  inputStyle: "contenteditable",
  screenReaderLabel: label.textContent,
  viewportMargin: Infinity,
  extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-S": false, "Ctrl-Enter": ask, "Cmd-Enter": ask },
});
editor.showNotification = () => {}; // in English only
for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"]]) editor.getInputField().setAttribute(name, value);
field.hidden = true;
form.noValidate = true;
label.addEventListener("click", () => editor.focus());

/** What can be said of the query: the first line that cannot stand and why, or whether it is whole. */
function verdict() {
  let parsed;
  for (let line = 0; line < editor.lineCount(); line += 1) {
    parsed = editor.getTokenAt({ line, ch: editor.getLine(line).length }, true).state;
    if (parsed.OK) continue;
    const expected = [...parsed.possibleCurrent].sort((one, other) => other.length - one.length).slice(0, MOST_EXPECTED);
    const says = parsed.errorMsg ? facts.undeclared : facts.wrong;
    return { line, says: says.replace("{line}", line + 1).replace("{expected}", expected.join(", ")) };
  }
  return { says: parsed.possibleNext.includes("$") ? facts.right : facts.unfinished }; // $ is the end of a query
}

function judge() {
  const { line, says } = verdict();
  editor.eachLine((each) => editor.removeLineClass(each, "wrap", "wrong"));
  if (line !== undefined) editor.addLineClass(line, "wrap", "wrong");
  if (state.textContent !== says) state.textContent = says;
  state.classList.toggle("wrong", line !== undefined);
}

let resting;
editor.on("change", () => {
  field.value = editor.getValue();
  clearTimeout(resting);
  resting = setTimeout(judge, REST_MS);
});
judge();
const keys = document.createElement("p");
keys.className = "hint";
keys.textContent = facts.keys;
frame.after(keys);

const find = document.getElementById("find");
if (find) {
  find.parentElement.hidden = false;
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase().split(/\s+/);
    for (const section of find.closest("details").querySelectorAll("section")) {
      const entries = [...section.querySelectorAll("li")];
      for (const entry of entries) entry.hidden = !wanted.every((word) => entry.textContent.toLowerCase().includes(word));
      section.hidden = entries.every((entry) => entry.hidden);
    }
  });
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  button.hidden = !navigator.clipboard; // it is only there over HTTPS and on this computer
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    button.textContent = facts.copied;
  });
}
