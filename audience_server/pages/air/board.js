// The ranking board: every place has its box from the start, so that nothing moves when a row is revealed.
import { fit, make } from "./parts.js";

const SMALLEST_NAME = 10;

export function rankingScene(scene, words, message) {
  const [kind, weight] = message.vote;
  const isPart = scene.of_vote && kind === "vote";
  const head = make("h1", "", words.text(isPart ? "ranking_vote" : "ranking_composite", { category: scene.category, weight }));
  const notes = [];
  if (scene.bottom > 0) notes.push(words.text("bottom_rule", { count: scene.bottom }));
  const board = make("ol", "board");
  const columns = scene.of > 24 ? 3 : scene.of > 10 ? 2 : 1;
  board.style.setProperty("--columns", String(columns));
  board.style.setProperty("--rows", String(Math.ceil(scene.of / columns)));
  const boxes = Array.from({ length: scene.of }, () => make("li", "place"));
  board.append(...boxes);
  const built = {
    node: make("section", "middle ranking", head, make("p", "note", notes.join("  ")), board),
    update(news) {
      const hidden = news.of - news.rows.length;
      news.rows.forEach((row, place) => fill(boxes[hidden + place], row, words));
      if (built.node.isConnected) fitNames(board);
    },
    tick() {},
    fit() {
      fit(head, 64, 30);
      fit(board, 60, 14);
      fitNames(board);
    },
  };
  built.update(scene);
  return built;
}

// A long name takes two lines or smaller letters in its own box; the other rows keep their size.
function fitNames(board) {
  const size = parseFloat(getComputedStyle(board).fontSize);
  for (const name of board.querySelectorAll(".unit")) fit(name, size, SMALLEST_NAME);
}

function fill(box, row, words) {
  if (box.childElementCount > 0) return;
  const rank = make("span", "rank", words.text(row.tied ? "rank_tied" : "rank", { rank: row.rank }));
  const mark = row.bottom ? make("span", "bottom", words.text("bottom")) : null;
  box.append(rank, make("span", "unit", row.unit), make("span", "end", mark, make("b", "", words.text("score", row))));
  box.classList.add("shown");
}
