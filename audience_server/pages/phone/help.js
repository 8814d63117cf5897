// Somebody please come: says where one sits, and tells whether the staff were told. Never touches a ballot.
import { button, el, setText } from "./dom.js";
import { LinkLost } from "./link.js";
import { text } from "./texts.js";

const LONGEST_PLACE = "30";

export function helpBlock(voter) {
  const where = el("input", {
    id: "help-where",
    class: "line",
    type: "text",
    maxlength: LONGEST_PLACE,
    autocomplete: "off",
    enterkeyhint: "send",
    onkeydown: (event) => event.key === "Enter" && !event.isComposing && call(),
  });
  const answer = el("p", { class: "notice", role: "status" });
  const call = async () => {
    setText(answer, text("help_asking"));
    setText(answer, text(await told(voter, where.value.trim())));
  };
  return el(
    "section",
    { class: "help" },
    el("label", { for: "help-where" }, text("help_where")),
    where,
    button(text("help"), call, { class: "option go" }),
    answer,
  );
}

async function told(voter, where) {
  try {
    const answer = await voter.link.ask({ type: "help", where });
    return answer.type === "ok" ? "help_told" : "help_failed";
  } catch (error) {
    if (!(error instanceof LinkLost)) throw error;
    return "help_failed";
  }
}
