// Choosing a photo for a question: one button, a small view of what will be sent, and a way to take it out again.
import { FormError } from "./bytes.js";
import { button, el, setHidden, setText } from "./dom.js";
import { ID_BYTES, shrunk } from "./picture.js";
import { text } from "./texts.js";

// `asking.picture` is {id, bytes, canvas} or null; it stays in memory while a ballot comes in front.
export function pictureField(asking, most) {
  const file = el("input", { type: "file", accept: "image/jpeg,image/png,image/webp", hidden: true });
  const choose = button("", () => file.click(), { class: "option" });
  const remove = button(text("picture_remove"), () => take(null), { class: "option" });
  const shown = el("div", { class: "picture" });
  const status = el("p", { class: "hint", role: "status" });
  const paint = (words) => {
    const { picture } = asking;
    picture?.canvas.setAttribute("role", "img");
    picture?.canvas.setAttribute("aria-label", text("picture_shown"));
    shown.replaceChildren(...(picture === null ? [] : [picture.canvas]));
    setText(choose, text(picture === null ? "picture_add" : "picture_change"));
    setText(status, words);
    setHidden(remove, picture === null);
  };
  const take = (picture, words = text("picture_hint")) => {
    asking.picture = picture;
    paint(words);
  };
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (chosen === undefined) return;
    setText(status, text("picture_working"));
    try {
      take({ id: asking.random(ID_BYTES), ...(await shrunk(chosen, most)) });
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      take(null, text("picture_failed"));
    }
  });
  paint(text("picture_hint"));
  return el("div", { class: "field" }, choose, file, status, shown, remove);
}
