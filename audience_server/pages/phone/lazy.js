// Parts that few phones need: fetched when somebody asks for them, with the digests that the page states for them.

const PARTS = {
  ask: () => import("./asking_part.js"),
  demand: () => import("./demand_code.js"),
  growth: () => import("./growth_part.js"),
  report: () => import("./sealed_box.js"),
};

const canPreload = () => document.createElement("link").relList?.supports?.("modulepreload") ?? false;

// Rejects when a file does not come or is not the one that was released: then only a fresh start of the page helps.
export async function loadPart(part) {
  if (canPreload()) {
    const links = document.querySelectorAll(`link[rel="later"][data-part="${part}"]`);
    await Promise.all(Array.from(links, fetched));
  }
  return PARTS[part]();
}

// A module that was fetched with its digest is the one that a later import gets. What did not come is fetched with its
// digest the next time too, never without.
function fetched(later) {
  const link = later.cloneNode();
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve(later.remove()));
    link.addEventListener("error", () => reject(link.remove()));
    link.rel = "modulepreload";
    document.head.append(link);
  });
}
