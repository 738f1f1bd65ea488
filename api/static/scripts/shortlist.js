// The shortlist: actors kept for a need, in this browser only; the server makes tables of it and forgets them.

import { element } from "./dom.js";

const PLACE = "revier.shortlist";
const MOST = 100; // that the server exports at once
const identity = (entry) => `${entry.query}\n${entry.actor}`;

const page = document.getElementById("shortlist");
const buttons = [...document.querySelectorAll("button.keep")];

buttons.forEach(offer);
addEventListener("storage", show); // another tab keeps or removes something
show();
page?.querySelector("form").addEventListener("submit", (event) => send(event.target));

function offer(button) {
  button.hidden = false;
  button.dataset.keep = button.firstChild.textContent;
  button.addEventListener("click", () => toggle(button));
}

function toggle(button) {
  const { actor, name, page, need, query, score, verdict } = button.dataset;
  const entry = { actor, name, page, need, query, score, verdict, note: "" };
  const others = kept().filter((each) => identity(each) !== identity(entry));
  keep(others.length < kept().length ? others : [...others, entry].slice(-MOST));
}

function kept() {
  try {
    const told = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(told) ? told : [];
  } catch {
    return []; // somebody else wrote there, or the browser lets nobody
  }
}

function keep(entries) {
  localStorage.setItem(PLACE, JSON.stringify(entries));
  show();
}

function show() {
  const entries = kept();
  const known = new Set(entries.map(identity));
  for (const button of buttons) {
    const isKept = known.has(identity(button.dataset));
    button.setAttribute("aria-pressed", String(isKept));
    button.firstChild.textContent = isKept ? button.dataset.kept : button.dataset.keep;
  }
  const bar = document.getElementById("kept-bar");
  if (bar) {
    bar.hidden = entries.length === 0;
    bar.querySelector("strong").textContent = entries.length;
  }
  if (page) list(entries);
}

function list(entries) {
  page.querySelector(".none").hidden = entries.length > 0;
  page.querySelector("form").hidden = entries.length === 0;
  page.querySelector("ol").replaceChildren(...entries.map(card));
}

function card(entry) {
  const words = page.dataset;
  const asked = new URLSearchParams(entry.query);
  const one = new URLSearchParams([...asked, ["actor", entry.actor]]);
  const ways = [element("a", { href: address(words.reasonsPage, one) }, words.why), element("a", { href: address(words.briefPage, one) }, words.brief)];
  const note = element("textarea", { rows: 2, maxlength: 2000 }, entry.note);
  note.addEventListener("change", () => annotate(entry, note.value));
  const remove = element("button", { type: "button", class: "plain" }, words.remove, element("span", { class: "unseen" }, `: ${entry.name}`));
  remove.addEventListener("click", () => keep(kept().filter((each) => identity(each) !== identity(entry))));
  return element("li", {}, element("article", { class: "match" },
    element("h3", {}, element("a", { href: entry.page?.startsWith("/doc/") ? entry.page : "/" }, entry.name)),
    ...(entry.query ? [element("p", {}, `${entry.score} · ${entry.verdict} · ${words.for} `, element("a", { href: address(words.searchPage, asked) }, entry.need))] : []),
    element("label", {}, words.note, note),
    element("p", { class: "acts" }, ...(entry.query ? ways : []), remove)));
}

// A page of ours, which may have parameters already, asked something.
function address(page, asked) {
  return page + (page.includes("?") ? "&" : "?") + asked;
}

function annotate(entry, note) {
  const entries = kept().map((each) => (identity(each) === identity(entry) ? { ...each, note } : each));
  localStorage.setItem(PLACE, JSON.stringify(entries)); // the page stays as it is, so that the focus does
}

function send(form) {
  form.querySelectorAll("input").forEach((each) => each.remove());
  for (const { query, actor, note } of kept()) {
    const entry = new URLSearchParams([...new URLSearchParams(query), ["actor", actor], ["note", note]]);
    form.append(element("input", { type: "hidden", name: "entry", value: entry }));
  }
}
