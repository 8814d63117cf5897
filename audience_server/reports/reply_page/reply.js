// Looks a reply up by number and code: the name of its file is a slow hash of both and of the session that gave the
// receipt. A number without a session's name before it is looked for in this session, then in those it carried cases from.
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

function name(origin, number, code) {
  let digest = sha256(new TextEncoder().encode(`touchstone-reply\n${origin}\n${number}\n${code}`));
  for (let round = 1; round < facts.rounds; round += 1) digest = sha256(digest);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// As people type: full-width letters, small ones, blanks.
const plain = (id) => element(id).value.normalize("NFKC").replace(/\s/g, "");

function origins(session) {
  const known = Object.entries(facts.origins).sort(([one], [other]) => (one < other ? -1 : 1));
  const named = known.filter(([each]) => each !== "" && each.toLowerCase() === session.toLowerCase());
  return (named.length > 0 ? named : known).map(([, origin]) => origin);
}

async function look(typed, code) {
  const slash = typed.lastIndexOf("/");
  for (const origin of origins(typed.slice(0, Math.max(slash, 0)))) {
    const file = name(origin, typed.slice(slash + 1).toUpperCase(), code);
    const answer = await fetch(`replies/${file}.json`).catch(() => null);
    if (answer?.ok) return answer.json();
  }
  return null;
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
  const found = await look(plain("number"), plain("code"));
  if (found !== null) show(found);
  else say(texts.none);
});
