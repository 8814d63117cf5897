// A scanner that types: what it sends is a card's link, or its bare code, and a line end, wherever the cursor stands.
import { fault, strip } from "../codes.js";

// Slower than this is a person.
const TOGETHER = 1000;
const LINK = /[#＃]c1[.。]([^.。]+)(?:[.。]([A-Za-z0-9_-]{22}))?$/i;

// {code, anchor}, {fault}, or null when no card was meant.
export function readScan(typed) {
  const link = LINK.exec(typed.trim());
  const code = strip(link === null ? typed : link[1]);
  const wrong = fault(code);
  if (wrong === null) return { code, anchor: link?.[2] ?? null };
  return link === null ? null : { fault: wrong };
}

export class Scanner {
  constructor(heard) {
    this.heard = heard;
    this.typed = "";
    this.at = 0;
  }

  forget() {
    this.typed = "";
  }

  // Codes typed by hand belong to the rows they are typed into.  The time is the key's own: a page that was busy gets
  // the keys of one scan long apart.
  press(event) {
    if (event.timeStamp - this.at > TOGETHER) this.typed = "";
    this.at = event.timeStamp;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key.length === 1) this.typed += event.key;
    if (event.key !== "Enter" && event.key !== "Tab") return;
    const found = readScan(this.typed);
    const byHand = event.target.tagName === "INPUT" && !/[#＃]/.test(this.typed);
    this.typed = "";
    if (found === null || byHand) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.heard(found);
  }
}
