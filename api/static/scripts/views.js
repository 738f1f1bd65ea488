// Another view of an answer without asking again. The network is drawn when it is first looked at.

const MOST_LABELS = 40; // of the things with most lines, at first; the others are labelled when one zooms in
const links = [...document.querySelectorAll(".views a")];
const figures = [...document.querySelectorAll("figure[data-view]")];
const address = document.getElementById("address");
const facts = document.getElementById("network");
let isDrawn = false;

function show(view) {
  for (const link of links) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const figure of figures) figure.hidden = figure.dataset.view !== view;
  if (view === "network" && facts && !isDrawn) draw(facts.previousElementSibling, JSON.parse(facts.textContent));
}

async function draw(frame, { nodes, lines }) {
  isDrawn = true;
  const { default: cytoscape } = await import("../vendor/cytoscape/cytoscape.js");
  const colour = (name) => getComputedStyle(frame).getPropertyValue(name).trim();
  const degrees = new Map();
  for (const end of lines.flatMap(({ source, target }) => [source, target])) degrees.set(end, (degrees.get(end) ?? 0) + 1);
  const most = [...degrees.values()].sort((one, other) => other - one)[MOST_LABELS] ?? 0;
  const network = cytoscape({
    container: frame,
    elements: [
      ...nodes.map(({ thing, name }, place) => ({ data: { id: thing, name }, position: onSpiral(place) })),
      ...lines.map(({ source, target, says }) => ({ data: { source, target, says } })),
    ],
    layout: { name: "cose", animate: false, nodeDimensionsIncludeLabels: nodes.length <= MOST_LABELS, nodeRepulsion: () => 9000 },
    style: [
      {
        selector: "node",
        style: {
          "background-color": colour("--steel"), color: colour("--ink"), label: "data(name)",
          "text-wrap": "ellipsis", "min-zoomed-font-size": (node) => (node.degree() > most ? 0 : 16),
          "text-background-color": colour("--surface"), "text-background-opacity": 0.8,
        },
      },
      {
        selector: "edge",
        style: {
          "line-color": colour("--muted"), opacity: 0.6, label: "data(says)", color: colour("--muted"),
          "min-zoomed-font-size": 16, "curve-style": "bezier", "text-rotation": "autorotate",
        },
      },
      { selector: "edge[says != '']", style: { "target-arrow-shape": "triangle", "target-arrow-color": colour("--muted") } },
      { selector: ".far", style: { opacity: 0.15 } },
      { selector: ".near", style: { "min-zoomed-font-size": 0, "text-wrap": "none", "z-index": 1 } },
    ],
  });
  stretch(network, frame.clientWidth / frame.clientHeight);
  network.on("tap", ({ target }) => {
    network.elements().removeClass("far near");
    if (target === network) return;
    const near = target.closedNeighborhood ? target.closedNeighborhood() : target.union(target.connectedNodes());
    near.addClass("near");
    network.elements().difference(near).addClass("far");
  });
}

/** Use the width of the frame, which the layout does not, and write as large as the page does. */
function stretch(network, ratio) {
  const { w, h } = network.nodes().boundingBox({ includeLabels: false });
  const factor = Math.max(1, (ratio * h) / w);
  network.nodes().positions((node) => ({ x: factor * node.position("x"), y: node.position("y") }));
  network.fit(undefined, 30);
  const pixel = 1 / network.zoom();
  network.nodes().style({ width: 13 * pixel, height: 13 * pixel, "font-size": 12 * pixel, "text-max-width": 150 * pixel });
  network.edges().style({ width: 1.2 * pixel, "font-size": 10 * pixel, "arrow-scale": pixel });
}

/** Where the layout begins, the same each time; from one point all would spread along a line. */
function onSpiral(place) {
  const [radius, angle] = [40 * Math.sqrt(place), place * 2.4];
  return { x: 2 * radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

for (const link of links) {
  link.addEventListener("click", (click) => {
    if (click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    show(link.dataset.view);
    history.replaceState(null, "", link.href);
    if (address) address.value = link.href.replace(/#.*/, "");
  });
}
const chosen = links.find((link) => link.hasAttribute("aria-current"));
if (chosen) show(chosen.dataset.view);
