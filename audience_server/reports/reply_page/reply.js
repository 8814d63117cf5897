// Looks a reply up by number and code: the name of its file is a slow hash of both. Nothing is sent but that name.
import { sha256 } from "./vendor/sha2.js";

const element = (id) => document.getElementById(id);
const facts = await (await fetch("facts.json")).json();
const { texts } = facts;

document.title = texts.title;
element("session").textContent = `${facts.session} ${texts.title}`;
element("help").textContent = texts.help;
element("number-label").textContent = texts.number;
element("code-label").textContent = texts.code;
element("button").textContent = texts.button;
element("rehearsal").hidden = facts.rehearsal === "";
element("rehearsal").textContent = facts.rehearsal;

function name(number, code) {
  let digest = sha256(new TextEncoder().encode(`touchstone-reply\n${facts.origin}\n${number}\n${code}`));
  for (let round = 1; round < facts.rounds; round += 1) digest = sha256(digest);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function say(text) {
  const line = document.createElement("p");
  line.textContent = text;
  element("answer").replaceChildren(line);
}

function show(found) {
  const list = document.createElement("dl");
  for (const field of ["number", "state", "reply", "deadline"]) {
    if (!found[field]) continue;
    const title = document.createElement("dt");
    title.textContent = texts[field];
    const value = document.createElement("dd");
    value.textContent = found[field];
    list.append(title, value);
  }
  element("answer").replaceChildren(list);
}

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  say(texts.wait);
  await new Promise((resume) => setTimeout(resume));
  const number = element("number").value.trim().toUpperCase();
  const answer = await fetch(`replies/${name(number, element("code").value.trim())}.json`).catch(() => null);
  if (answer?.ok) show(await answer.json());
  else say(texts.none);
});
