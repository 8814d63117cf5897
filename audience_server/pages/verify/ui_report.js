// The whole report on the page, in the order in which a notary asks.
import { actsPart } from "./ui_acts.js";
import { element, pressable } from "./ui_dom.js";
import { findingsParts } from "./ui_findings.js";
import { receiptsPart } from "./ui_receipts.js";
import { resultsPart } from "./ui_results.js";
import { roundsPart } from "./ui_rounds.js";
import { saveJson, saveText } from "./ui_save.js";
import { factsPart, fingerprintPart, verdictPart } from "./ui_verdict.js";
import { readerNames } from "./words_names.js";

export function reportView(state, language, say, { again, lookUp }) {
  const { report, meta } = state;
  const names = readerNames(report);
  const findings = findingsParts(report, language, say);
  const code = fingerprintPart(report, say);
  const parts = [
    verdictPart(report, names, say),
    element(
      "div",
      { class: "tools" },
      pressable(say("print"), () => window.print()),
      pressable(say("save_text"), () => saveText(report, language, say)),
      pressable(say("save_json"), () => saveJson(report, say)),
      pressable(say("again"), again),
    ),
    ...(report.verdict === "fail" ? [...findings, code] : [code, ...findings]),
    factsPart(report, names, meta, say),
    roundsPart(report, names, say),
    resultsPart(report, names, language, say),
    actsPart(report, names, say),
    receiptsPart(report, state, say, lookUp),
    element("p", { class: "footer" }, say("footer")),
  ];
  return element("div", { class: report.kind === "rehearsal" ? "report practice" : "report" }, ...parts);
}
