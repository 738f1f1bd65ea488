// What Cytoscape shows, as SVG: it draws on a canvas and can write only pixels.

const SPACE = "http://www.w3.org/2000/svg";
const MARGIN = 40;

// The network as the text of an SVG file: ties, actors and names as they stand now.
export function drawn(net, ground, ink) {
  const { x1, y1, w, h } = net.elements().boundingBox();
  const box = [x1 - MARGIN, y1 - MARGIN, w + 2 * MARGIN, h + 2 * MARGIN].map(Math.round);
  const root = made("svg", { viewBox: box.join(" "), "font-family": "sans-serif", "text-anchor": "middle" });
  root.append(made("rect", { x: box[0], y: box[1], width: box[2], height: box[3], fill: ground }));
  net.edges().forEach((tie) => {
    const [one, other] = [tie.source().position(), tie.target().position()];
    root.append(made("line", { x1: one.x, y1: one.y, x2: other.x, y2: other.y, stroke: tie.style("line-color"), "stroke-width": tie.numericStyle("width"), opacity: tie.numericStyle("opacity") }));
  });
  net.nodes().forEach((node) => {
    const { x, y } = node.position();
    const opacity = node.numericStyle("opacity");
    const radius = node.width() / 2;
    const circle = made("circle", { cx: x, cy: y, r: radius, fill: node.style("background-color"), opacity });
    circle.append(made("title", {}, node.data("name")));
    root.append(circle);
  });
  net.nodes(".named").forEach((node) => {
    const { x, y } = node.position();
    const height = node.numericStyle("font-size");
    root.append(made("text", { x, y: y - node.height() / 2 - height / 3, fill: ink, "font-size": height }, node.data("name")));
  });
  return new XMLSerializer().serializeToString(root);
}

function made(tag, attributes, text = "") {
  const element = document.createElementNS(SPACE, tag);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
