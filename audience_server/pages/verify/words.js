// The page's languages, and a text in one of them.
import { PAGE_WORDS } from "./words_page.js";
import { REPORT_WORDS } from "./words_report.js";

export const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];
export const LANGUAGE_NAMES = ["简体中文", "繁體中文", "English"];

const ALL_WORDS = { ...PAGE_WORDS, ...REPORT_WORDS };

// `say(key, values)` in a language: values stand for the names in braces, and are never looked into themselves.
export function speaker(language) {
  const place = LANGUAGES.indexOf(language);
  return (key, values = {}) => ALL_WORDS[key][place].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

// Text from hostile evidence, safe to show: no control, format, bidirectional or private characters.
export const cleanText = (text) => String(text).replace(UNPRINTABLE, "\ufffd");

const LONGEST = 200;

// A text of the evidence as the page shows it: safe, and no longer than anybody reads.
export function shownText(value) {
  const text = cleanText(value);
  return text.length <= LONGEST ? text : `${[...text.slice(0, LONGEST)].slice(0, -1).join("")}…`;
}
