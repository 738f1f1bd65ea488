// Reasons of a match: they come from their own page as soon as somebody opens them.

document.addEventListener("toggle", (event) => event.target.open && event.target.dataset.reasons && fetchReasons(event.target), true);

async function fetchReasons(details) {
  const address = details.dataset.reasons;
  delete details.dataset.reasons;
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const reasons = document.adoptNode(page.getElementById("reasons"));
    reasons.removeAttribute("id");
    details.querySelector("p").replaceWith(reasons);
  } catch {
    details.dataset.reasons = address; // the link to the page stays, and opening again tries again
  }
}
