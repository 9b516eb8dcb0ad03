// Entries that fold: opened by a link to them, and on paper.

// A link to a finding opens it, also when the page is opened by such a link.
function openLinkedFinding() {
  const target = document.getElementById(location.hash.slice(1));
  if (!target || target.tagName !== "DETAILS") return;
  target.open = true;
  target.querySelector("summary").focus();
}

// Paper cannot be unfolded.
function openAllForPrint() {
  window.addEventListener("beforeprint", () => {
    for (const entry of document.querySelectorAll("details.entry")) entry.open = true;
  });
}

function followLinks() {
  window.addEventListener("hashchange", openLinkedFinding);
  openLinkedFinding();
}
