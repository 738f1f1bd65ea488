// The network to look around in: layouts, colours, one actor in the middle. The server's drawing is what it starts from.

import cytoscape from "../vendor/cytoscape/cytoscape.js";
import { drawn } from "./network_svg.js";

const STEP = 1.3; // of zooming
const LETTERS = 12; // pixels high, however near the network is
const MOST_LETTERS = 24; // of a name
const WIDTH = 1000;
const HEIGHT = 640;
const LAYERS = [1, 2, 5, 3, 4, 7, 6]; // neighbours differ most
const KIND_COLOURS = { user: "--amber", "solution-developer": "--steel", "bridge-builder": "--hydrogen" };
const ROLES = ["coordinator", "consultant", "gatekeeper", "representative", "liaison"];

const source = document.getElementById("net-data");
if (source) show(document.getElementById("net"), JSON.parse(source.textContent));

function show(figure, { nodes, lines, focus, words }) {
  const [tools, still, stage, told, legend] = [".tools", "svg.net", ".stage", ".told", ".legend"].map((each) => figure.querySelector(each));
  const choice = (name) => tools.querySelector(`#${name}`).value;
  const most = { betweenness: 0, degree: 0 };
  for (const measure in most) most[measure] = Math.max(...nodes.map((each) => each[measure])) || 1;

  for (const part of [tools, stage, told]) part.hidden = false;
  still.setAttribute("hidden", "");
  stage.setAttribute("role", "img");
  stage.setAttribute("aria-label", words.drawing);

  const net = cytoscape({
    container: stage,
    elements: [
      ...nodes.map((each) => ({ data: each, position: { x: each.x * WIDTH, y: each.y * HEIGHT } })),
      ...lines.map(([source, target, weight, isWay]) => ({ data: { source, target, weight }, classes: isWay ? "way" : "" })),
    ],
    layout: { name: "preset", fit: true, padding: 40 },
    style: looks(),
    minZoom: 0.2,
    maxZoom: 3,
    userZoomingEnabled: false, // the wheel scrolls the page until the network has been touched
  });
  stage.addEventListener("pointerdown", () => net.userZoomingEnabled(true));
  stage.addEventListener("pointerleave", () => net.userZoomingEnabled(false));

  net.on("tap", "node", (event) => look(event.target));
  net.on("tap", (event) => event.target === net && lookAway());
  tools.addEventListener("change", (event) => {
    if (event.target.id === "layout") arrange(event.target.value);
    else if (event.target.id === "find") find(event.target.value);
    else recolour();
  });
  tools.addEventListener("click", (event) => act[event.target.dataset.do]?.());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  net.on("zoom", () => requestAnimationFrame(name));
  recolour();
  if (focus) look(net.getElementById(focus));
  else fit();

  const act = {
    nearer: () => zoom(STEP),
    farther: () => zoom(1 / STEP),
    whole: () => (lookAway(), fit()),
    png: () => save(net.png({ output: "blob", full: true, scale: 2, bg: colour("--surface") }), "png"),
    svg: () => save(new Blob([drawn(net, colour("--surface"), colour("--ink"))], { type: "image/svg+xml" }), "svg"),
  };

  function zoom(by) {
    net.zoom({ level: net.zoom() * by, renderedPosition: { x: stage.clientWidth / 2, y: stage.clientHeight / 2 } });
  }

  function arrange(way) {
    const shared = { fit: true, padding: 40, animate: false };
    const layouts = {
      preset: { name: way, positions: (node) => ({ x: node.data("x") * WIDTH, y: node.data("y") * HEIGHT }) },
      cose: { name: way, randomize: false, nodeRepulsion: () => 40000, idealEdgeLength: () => 90 },
      concentric: { name: way, concentric: (node) => Math.ceil((5 * node.data("betweenness")) / most.betweenness), levelWidth: () => 1, minNodeSpacing: 20 },
      circle: { name: way, sort: (one, other) => one.data("community") - other.data("community") },
      community: { name: "preset", positions: (node) => byCommunity().get(node.id()) },
    };
    net.layout({ ...layouts[way], ...shared }).run();
    fit();
  }

  function byCommunity() {
    const parts = Map.groupBy(net.nodes().toArray(), (node) => node.data("community"));
    const columns = Math.ceil(Math.sqrt((parts.size * stage.clientWidth) / stage.clientHeight));
    const places = new Map();
    [...parts.keys()].sort((one, other) => one - other).forEach((number, place) => {
      const members = parts.get(number);
      const middle = { x: (place % columns) * 420, y: Math.floor(place / columns) * 420 };
      const radius = Math.min(170, 30 + members.length * 12);
      members.forEach((node, at) => {
        const angle = (2 * Math.PI * at) / members.length;
        places.set(node.id(), { x: middle.x + radius * Math.cos(angle), y: middle.y + radius * Math.sin(angle) });
      });
    });
    return places;
  }

  function find(text) {
    const wanted = text.trim().toLowerCase();
    const found = wanted && net.nodes().filter((node) => node.data("name").toLowerCase().includes(wanted));
    if (found && found.length) look(found[0]);
    else lookAway();
  }

  function look(node) {
    if (!node.length) return;
    net.elements().addClass("aside").removeClass("middle");
    node.closedNeighborhood().removeClass("aside");
    node.addClass("middle");
    fit(node.closedNeighborhood());
    const { id, name: called, place, page, degree, community } = node.data();
    const middle = new URL(location.href);
    middle.searchParams.set("focus", id);
    for (const end of ["from", "to"]) middle.searchParams.delete(end);
    told.replaceChildren(
      `${[called, place].filter(Boolean).join(", ")} – ${words.ties}: ${degree}, ${words.community}: ${community}. `,
      link(page, words.open), " · ", link(`${middle.pathname}${middle.search}#focus`, words.middle),
    );
  }

  function lookAway() {
    net.elements().removeClass("aside middle");
    name();
    told.replaceChildren();
  }

  function recolour() {
    const by = choice("colour");
    const groups = [...new Set(nodes.map((each) => each[by]))];
    if (by === "community") groups.sort((one, other) => one - other);
    const colours = new Map(groups.map((group) => [group, colour(custom(by, group))]));
    net.batch(() => net.nodes().forEach((node) => {
      const size = 14 + 30 * Math.sqrt(node.data(choice("size")) / most[choice("size")]);
      node.data({ colour: colours.get(node.data(by)), size });
    }));
    net.style(looks());
    name();
    legend.replaceChildren(...groups.map((group) => swatch(colours.get(group), word(by, group))));
  }

  // Names are as large at every distance; the largest actors have theirs first, as long as none lies on another.
  function name() {
    const height = LETTERS / net.zoom();
    const taken = [];
    const isFree = (node) => {
      const { x, y } = node.position();
      const half = (Math.min(node.data("name").length, MOST_LETTERS) * height) / 3.5;
      const [left, right, foot] = [x - half, x + half, y - node.data("size") / 2];
      if (taken.some((each) => left < each.right && each.left < right && Math.abs(foot - each.foot) < 1.2 * height)) return false;
      return taken.push({ left, right, foot }) > 0;
    };
    const rank = (node) => (node.hasClass("middle") ? Infinity : node.data("size"));
    const named = net.nodes().filter((node) => !node.hasClass("aside")).sort((one, other) => rank(other) - rank(one)).filter(isFree);
    net.batch(() => {
      net.nodes().removeClass("named");
      named.addClass("named");
      named.style({ "font-size": height, "text-max-width": 13 * height, "text-outline-width": height / 4, "text-margin-y": -height / 3 });
    });
  }

  function fit(parts) {
    net.nodes().removeClass("named"); // what names took up at the distance before says nothing
    net.fit(parts, Math.min(90, stage.clientWidth / 7));
    name();
  }

  function word(by, group) {
    if (by === "community") return `${words.community} ${group}`;
    return words[by][group] ?? (by === "role" ? words.none : words.unknown);
  }
}

function custom(by, group) {
  if (by === "kind") return KIND_COLOURS[group] ?? "--layer-6";
  const place = by === "community" ? group - 1 : ROLES.indexOf(group);
  return place < 0 ? "--line" : `--layer-${LAYERS[place % LAYERS.length]}`;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function looks() {
  const [ink, surface, muted, focus] = ["--ink", "--surface", "--muted", "--focus"].map(colour);
  return [
    { selector: "node[colour]", style: { width: "data(size)", height: "data(size)", "background-color": "data(colour)", "border-width": 2, "border-color": surface } },
    { selector: ".named", style: { label: "data(name)", color: ink, "text-wrap": "ellipsis", "text-outline-color": surface, "text-valign": "top" } },
    { selector: "edge", style: { width: "mapData(weight, 1, 5, 1.2, 5)", "line-color": muted, opacity: 0.45, "curve-style": "haystack" } },
    { selector: ".way", style: { "line-color": focus, width: 5, opacity: 1 } },
    { selector: ".middle", style: { "border-color": focus, "border-width": 4, "font-weight": 700, "z-index": 9 } },
    { selector: ".aside", style: { opacity: 0.12 } },
  ];
}

function swatch(fill, text) {
  const item = document.createElement("li");
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  mark.setAttribute("class", "swatch");
  mark.setAttribute("viewBox", "0 0 10 10");
  mark.setAttribute("aria-hidden", "true");
  const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  for (const [key, value] of Object.entries({ cx: 5, cy: 5, r: 5, fill })) circle.setAttribute(key, value);
  mark.append(circle);
  item.append(mark, text);
  return item;
}

function link(address, text) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text;
  return made;
}

function save(blob, suffix) {
  const made = link(URL.createObjectURL(blob), "");
  made.download = `network.${suffix}`;
  made.click();
  setTimeout(() => URL.revokeObjectURL(made.href), 10_000);
}
