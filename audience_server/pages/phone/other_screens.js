// The screens that say one thing and offer one way on.
import { button, el } from "./dom.js";
import { refusalText } from "./sent_screen.js";
import { text } from "./texts.js";

const still = (node) => ({ node, update() {} });

const plain = (title, words, ...more) =>
  still(el("div", { class: "plain" }, el("h1", { tabindex: "-1" }, title), el("p", {}, words), ...more));

export const backgroundScreen = (claim) =>
  plain(text("background_title"), text("background"), button(text("background_go"), claim, { class: "primary" }));

export const brokenScreen = () => plain(text("broken_title"), text("broken"));

export function refusedScreen(code, { another, otherCard }) {
  const other = otherCard === null ? null : button(text("other_card"), otherCard, { class: "option" });
  return plain(
    text("refused_title"),
    refusalText(code),
    button(text("another_card"), another, { class: "primary" }),
    ...(other ? [other] : []),
  );
}

// Two people may share a phone, each with a card: the page must not guess whose turn it is.
export function chooseScreen(cards, panels, choose) {
  const rows = cards.map((card, place) =>
    button(
      el("strong", {}, text("card_number", { number: place + 1 })),
      () => choose(card.id),
      { class: "option card-row" },
      el("span", {}, panels.find((panel) => panel.id === card.panel)?.name ?? text("card_new")),
      card.code === null ? "" : el("span", {}, text("card_ends", { end: card.code.slice(-2) })),
    ),
  );
  return plain(text("choose_title"), text("choose_hint"), ...rows);
}
