// Scores and ranks by category; every title says what its number is.
import { element, evidenceText, part, scrollingTable } from "./ui_dom.js";
import { shownText } from "./words.js";
import { nameIn } from "./words_names.js";
import { bottomSentence, byRank, isDistrusted } from "./words_said.js";

const MOST_UNITS = 1000;

export function resultsPart(report, names, language, say) {
  const content = [];
  if (!names.known || report.results === null) content.push(element("p", { class: "remark" }, say("no_scores")));
  else {
    if (isDistrusted(report)) content.push(element("p", { class: "remark" }, say("distrust")));
    if (!report.results.complete) content.push(element("p", { class: "remark" }, say("incomplete")));
    for (const category of names.categories) content.push(...categoryContent(category, report, names, language, say));
  }
  return part("results", say("results"), ...content);
}

function categoryContent(category, report, names, language, say) {
  const rows = report.results.units.filter((row) => row.category === category.id);
  const low = rows.filter((row) => row.bottom).map((row) => shownText(nameIn(names.units, row.unit)));
  const table = categoryTable(category, byRank(rows).slice(0, MOST_UNITS), report, names, say);
  const sentence = category.bottom > 0 && low.length > 0;
  const named = { ...category, name: shownText(category.name) };
  return [table, sentence ? element("p", { class: "bottom" }, bottomSentence(named, low, language, say)) : null];
}

function categoryTable(category, rows, report, names, say) {
  const channels = names.channels.length > 1 ? names.channels : [];
  const other = report.score_verified !== null;
  const title = `${shownText(category.name)} ${say(channels.length > 0 ? "final_score" : "vote_score")}`;
  const heads = [
    say("unit"),
    say("rank"),
    say(channels.length > 0 ? "final_score" : "vote_score"),
    ...(other ? [say("score_without")] : []),
    ...channels.map((channel) => channelTitle(channel, say)),
    say("note"),
  ];
  const lines = rows.map((row) => [
    evidenceText(nameIn(names.units, row.unit)),
    row.rank === null ? "—" : say("rank_of", { n: row.rank }),
    row.score === null ? say("no_score") : element("b", {}, row.score),
    ...(other ? [report.score_verified[row.unit] ?? "—"] : []),
    ...channels.map(({ id }) => row.channels?.[id] ?? "—"),
    [row.tied ? say("tied") : "", row.bottom ? say("bottom") : ""].filter(Boolean).join(" "),
  ]);
  return scrollingTable(title, heads, lines, say("sideways"));
}

function channelTitle({ id, name, weight }, say) {
  return say("channel_score", { name: shownText(name || (id === "vote" ? say("channel_vote") : id)), weight });
}
