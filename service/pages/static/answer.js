// The answer: the verdict in words, the objects that agree, the rest, and the record of the search.

import { searchedPhoto } from "./asking.js";
import { candidateEntry, chanceOf, coverage, otherEntry } from "./candidate.js";
import { byId, day, el, levelName, moment, number, plate, plural } from "./dom.js";

const VERDICTS = {
  match: "Match",
  possible: "Possible match",
  none: "No match found",
  unsearchable: "No answer: this photo cannot be searched with",
};

/** Show a search record; gives the sentence that a screen reader should say. */
export function showAnswer(record) {
  const title = VERDICTS[record.verdict];
  showVerdict(record, title);
  showRisks(record.risk_flags ?? []);
  const agreeing = record.candidates.filter((each) => each.verdict === "match" || each.verdict === "possible");
  const groups = byObject(agreeing);
  byId("candidates").replaceChildren(...groups.map((group) => candidateEntry(record, group)));
  byId("probability-note").hidden = !record.candidates.some((each) => each.chance);
  showOthers(record, record.candidates.filter((each) => !agreeing.includes(each)));
  showPictureless(record.covered.narrowed);
  showPhotos(record);
  showRecord(record);
  return `${title}. ${plural(groups.length, "object", "objects")} to compare.`;
}

function showVerdict(record, title) {
  byId("verdict").dataset.verdict = record.verdict;
  byId("verdict-title").textContent = title;
  // The reasons stand below as a list that can be read at a glance; the sentence is for programs.
  byId("verdict-meaning").textContent = record.verdict === "none" ? noneMeaning(record) : record.meaning;
  byId("verdict-reasons").hidden = record.verdict !== "none";
  byId("verdict-advice").hidden = !record.advice;
  byId("verdict-advice").textContent = record.advice;
}

// Categories of the Red Lists that what was said falls in.
function showRisks(flags) {
  byId("risks").hidden = flags.length === 0;
  byId("risks-list").replaceChildren(
    ...flags.map((flag) =>
      el("li", {}, el("b", {}, `${flag.category}, ${flag.title} (ICOM ${flag.year}). `), `${flag.why} ${flag.meaning}`),
    ),
  );
}

// Objects that agree with what was said and that no photo can find.
function showPictureless(narrowed) {
  const listed = narrowed?.pictureless ?? [];
  const more = (narrowed?.without_usable_picture ?? 0) - listed.length;
  byId("pictureless").hidden = listed.length === 0;
  byId("pictureless-title").textContent =
    `${plural(listed.length + more, "object agrees", "objects agree")} and cannot be found with a photo`;
  byId("pictureless-list").replaceChildren(
    ...listed.map((each) => {
      const name = each.title || each.type_path.at(-1) || `Object ${each.object_id}`;
      const link = el("a", { href: `/objects/${each.object_id}` }, name);
      return el("li", {}, link, each.maker ? `, ${each.maker}` : "");
    }),
  );
  byId("pictureless-more").hidden = more <= 0;
  byId("pictureless-more").textContent = `And ${number(more)} more. Fill in more fields to list fewer.`;
}

function searchedOnly({ objects, photographs }) {
  if (objects === 0) return "No registered object agrees with all that you filled in, so nothing was searched.";
  return (
    `Only ${plural(objects, "registered object that agrees", "registered objects that agree")} with all that you filled in ` +
    `were searched, by ${plural(photographs, "photograph", "photographs")}. All others were left out.`
  );
}

function noneMeaning(record) {
  const { narrowed } = record.covered;
  const said = wholeMeaning(record);
  if (!narrowed) return said;
  if (narrowed.objects > 0 && record.alert?.would_alert_at?.length) return `${searchedOnly(narrowed)} ${said}`;
  return `${searchedOnly(narrowed)} No photograph that was searched agrees with this photo. This does not clear the object.`;
}

function wholeMeaning(record) {
  const [level] = record.alert?.would_alert_at ?? [];
  if (level) return nearMeaning(record, level);
  return `None of the ${coverage(searched(record.covered))} that were searched agrees with this photo. This does not clear the object.`;
}

function nearMeaning(record, level) {
  return (
    `None of the ${coverage(searched(record.covered))} that were searched agrees with this photo well enough for an alert at the ` +
    `level ${levelName(record.alert.level)}. One comes near (${chanceOf(record.candidates[0])}): at the level ` +
    `${levelName(level)} it would have been a possible match. This does not clear the object.`
  );
}

// The counts of what was searched: of the register, or of what it was narrowed to.
function searched(covered) {
  const { narrowed } = covered;
  if (!narrowed) return covered;
  const pictured = narrowed.objects - narrowed.without_usable_picture;
  return { photographs: narrowed.photographs, objects_with_photographs: pictured };
}

function byObject(candidates) {
  const groups = new Map();
  for (const each of candidates) groups.set(each.object_id, [...(groups.get(each.object_id) ?? []), each]);
  return [...groups.values()];
}

function showOthers(record, others) {
  byId("others").hidden = others.length === 0;
  byId("others").open = false;
  byId("others-title").textContent = `${plural(others.length, "photograph", "photographs")} looked at without an alert`;
  byId("others-list").replaceChildren(...others.map((each) => otherEntry(record, each)));
}

function showPhotos(record) {
  const several = record.photos.length > 1;
  byId("asked-title").textContent = several ? "Your photos" : "Your photo";
  byId("asked-photos").classList.toggle("many", several);
  byId("asked-photos").replaceChildren(
    ...record.photos.map((_, at) =>
      plate(searchedPhoto(record, at), several ? `Your photo ${at + 1}` : "Your photo", "This photo has been deleted."),
    ),
  );
}

// Which registers were searched, and what no photo can find; a record of an earlier version does not say.
function registersCovered(covered) {
  const registers = (covered.registers ?? []).filter((each) => each.objects > 0);
  const pictureless = covered.without_usable_picture;
  return [
    ...registers.map((each) => [
      `Register: ${each.name}`,
      `${coverage(each)}, of ${number(each.objects)}; ` +
        (each.as_of ? `as of ${day(each.as_of)}` : `updated ${moment(each.updated_at)}`),
    ]),
    ...(pictureless ? [["Without a usable picture", `${plural(pictureless, "object", "objects")}: no photo can find them`]] : []),
  ];
}

// What was said of the object; a record of an earlier version does not speak of it.
function asked(record) {
  if (!record.asked) return [];
  const { fields, narrowed, corrections, meaning } = record.asked;
  const said = Object.entries(fields).map(([name, value]) => `${name.replaceAll("_", " ")}: ${value || "hidden"}`);
  const { objects, without_usable_picture: pictureless } = record.covered.narrowed ?? {};
  const words = narrowed
    ? `to ${plural(objects, "object that agrees", "objects that agree")}, ${number(pictureless)} without a usable picture`
    : "no";
  return [["You said", `${said.join("; ")}. ${meaning}`], ["Narrowed", [words, ...corrections].join(". ")]];
}

function showRecord(record) {
  const rows = [
    ["Number", record.id, "hash"],
    ["Made", moment(record.made_at)],
    ...(record.alert ? [["Alert level", `${levelName(record.alert.level)}. ${record.alert.meaning}`]] : []),
    ["Searched", `${coverage(searched(record.covered))}, of ${plural(record.covered.objects, "registered object", "registered objects")}`],
    ...asked(record),
    ...registersCovered(record.covered),
    ["Index", `generation ${record.covered.generation}, ${number(record.covered.live)} newer photographs`],
    ...record.photos.map((photo) => ["SHA-256 of the photo", photo.sha256, "hash"]),
    ...Object.entries(record.models).map(([role, id]) => [role[0].toUpperCase() + role.slice(1), id]),
  ];
  const link = el("a", { href: `/api/v1/searches/${record.id}` }, "the whole record as JSON");
  byId("record").replaceChildren(
    ...rows.flatMap(([name, value, kind]) => [el("dt", {}, name), el("dd", { class: kind }, value)]),
    el("dt", {}, "Complete"),
    el("dd", {}, link),
  );
}
