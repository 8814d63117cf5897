// The words of the page, from the same catalogues as the terminal's; each file is fetched with its digest.

export const LANGUAGES = { "zh-Hans": "简体中文", "zh-Hant": "繁體中文", en: "English" };
const TRADITIONAL = /hant|-(tw|hk|mo)\b/i;

let texts = {};

export function matchLanguage(tag) {
  if (/^zh\b/i.test(tag)) return /hans/i.test(tag) || !TRADITIONAL.test(tag) ? "zh-Hans" : "zh-Hant";
  return /^en\b/i.test(tag) ? "en" : null;
}

export const firstLanguage = (tags) => tags.map(matchLanguage).find((language) => language !== null) ?? "zh-Hans";

export async function loadLanguage(language) {
  const link = document.querySelector(`link[hreflang="${language}"]`);
  const answer = await fetch(link.getAttribute("href"), { integrity: link.getAttribute("integrity") });
  texts = await answer.json();
  document.documentElement.lang = language;
  document.title = text("page_title");
}

// Values go in as plain text, and the result only ever becomes a text node.
export function text(key, values = {}) {
  return texts[key].replace(/\{([a-z][a-z0-9_]*)\}/g, (_, name) => String(values[name]));
}

export const hasText = (key) => key in texts;
