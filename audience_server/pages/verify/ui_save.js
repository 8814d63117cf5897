// The report as a file, made on this computer.
import { reportText } from "./words_text.js";

export const saveText = (report, language, say) =>
  saveFile(reportText(report, language, say), "txt", "text/plain", report, say);

export const saveJson = (report, say) =>
  saveFile(`${JSON.stringify(report, null, 1)}\n`, "json", "application/json", report, say);

function saveFile(text, ending, type, report, say) {
  const name = report.origin.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 100);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = `${say("report_name")}-${name}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
