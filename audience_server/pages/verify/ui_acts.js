// The time line: what was opened, extended, closed, voided and noted, with times and reasons.
import { element, evidenceText, listedRows, part } from "./ui_dom.js";
import { shownText } from "./words.js";
import { nameIn, titleOfWindow } from "./words_names.js";

const MOST_ACTS = 1000;
const OUT_OF_THE_ORDINARY = ["extend", "void", "void-round", "not-held", "incident", "remark"];

export function actsPart(report, names, say) {
  if (report.acts.length === 0) return null;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return part(
    "acts",
    say("acts"),
    element("p", { class: "hint" }, say("acts_zone", { zone })),
    element("ol", { class: "acts" }, ...report.acts.slice(0, MOST_ACTS).map((act) => actItem(act, names, say))),
    ...listedRows(report.acts.slice(MOST_ACTS), 0, () => null, say),
  );
}

function actItem({ index, kind, body, panel }, names, say) {
  const marked = OUT_OF_THE_ORDINARY.includes(kind);
  return element(
    "li",
    { class: marked ? "marked" : null },
    element("p", { class: "when" }, `${timeText(body.at)} ${say("entry", { index })}`),
    element(
      "p",
      {},
      marked ? element("b", { class: "flag", "aria-hidden": "true" }, "※ ") : null,
      element("bdi", {}, actWords(kind, body, panel, names, say)),
    ),
    body.reason ? element("p", { class: "reason" }, evidenceText(say("reason", { text: body.reason }))) : null,
  );
}

function actWords(kind, body, panel, names, say) {
  const plain = Object.entries(body).filter(([, value]) => ["string", "number"].includes(typeof value));
  const values = Object.fromEntries(plain.map(([name, value]) => [name, shownText(value)]));
  const panelName = nameIn(names.panels, body.panel ?? panel ?? "");
  const more = {
    session: () => ({ kind: say(`kind_${body.kind}`) }),
    open: () => ({ title: shownText(titleOfWindow(names, body)) }),
    close: () => ({ cause: say(`cause_${body.cause}`) }),
    hand: () => ({ panel: shownText(panelName) }),
    void: () => ({ panel: shownText(panelName) }),
    channel: () => ({ name: shownText(names.channels.find(({ id }) => id === body.id)?.name || body.id) }),
  };
  return say(`act_${kind}`, { ...values, ...(Object.hasOwn(more, kind) ? more[kind]() : {}) });
}

const LATEST = 253_402_300_799;

// As the notary's own clock would show it; a number that is no time of this era stays a number.
export function timeText(at) {
  if (!Number.isInteger(at) || at < 0 || at > LATEST) return shownText(at);
  const time = new Date(at * 1000);
  const two = (number) => String(number).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
