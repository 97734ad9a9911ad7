// A candidate: the registered object, how far it agrees with the searched photo, and why.

import { evidence, registeredPhoto, searchedPhoto } from "./asking.js";
import { day, el, number } from "./dom.js";

// What can be looked at, in the order in which an eye goes from the whole to the details.
const VIEWS = [
  { name: "pair", words: "Side by side", needs: [] },
  { name: "overlay", words: "Overlay", needs: ["overlay"] },
  { name: "regions", words: "Regions", needs: ["regions"] },
  { name: "matches", words: "Points", needs: ["matches"] },
  { name: "differences", words: "Differences", needs: ["differences"] },
];
const CAPTIONS = {
  overlay:
    "Your photo, turned and stretched to lie on the registered photograph. Move the slider: where both show the same, nothing jumps.",
  underlay: "The other way round: the registered photograph, laid on your photo.",
  regions: "The part that agrees, outlined in both photos: yours on the left, the registered one on the right.",
  matches:
    "Points of your photo (left), each joined by a line to where the registered photograph (right) has it. Lines that run alike are a good sign.",
  differences: "The registered photograph.",
};
const IN_PARTS = " Each part that has a position of its own has a colour of its own.";
const MARKS = {
  cropped: "What your photo does not show is pale.",
  altered: "What looks different in your photo is hatched in red.",
  hidden: "What a reflection hides in your photo is hatched in yellow.",
};
const STRENGTHS = {
  overlay: "Strength of your photo on the registered photograph",
  underlay: "Strength of the registered photograph on your photo",
};
const GONE = "This picture can no longer be drawn: the searched photo has been deleted. Search again to see it.";

export function nameOf(candidate) {
  const { title, type_path: path } = candidate.object;
  return title || path.at(-1) || `Object ${candidate.object_id}`;
}

/** The full entry for an object: its best candidate first, then the others of the same object. */
export function candidateEntry(record, [best, ...others]) {
  const head = el(
    "div",
    { class: "candidate-head" },
    el(
      "div",
      {},
      el("h2", {}, el("a", { href: `/objects/${best.object_id}` }, nameOf(best))),
      el("p", { class: "candidate-made" }, [best.object.maker, best.object.date].filter(Boolean).join(", ")),
    ),
    score(best),
  );
  return el(
    "article",
    { class: "candidate", "aria-label": nameOf(best), "data-object": best.object_id },
    head,
    sinceNote(record, best),
    el("p", { class: "why" }, best.explanation),
    spokenFor(record, best),
    differences(best),
    said(best),
    viewer(record, best),
    facts(best.object),
    also(others),
  );
}

/** One line for a candidate that was looked at and does not agree. */
export function otherEntry(record, candidate) {
  const picture = el("img", { src: registeredPhoto(candidate, "thumbnail"), alt: "", loading: "lazy" });
  return el(
    "li",
    {},
    el("span", { class: "thumb" }, picture),
    el("p", {}, el("a", { href: `/objects/${candidate.object_id}` }, nameOf(candidate)), sinceNote(record, candidate)),
    el("span", { class: "number" }, chanceOf(candidate)),
  );
}

// What has become of the object since the search; only a record that is read again speaks of it.
function sinceNote(record, candidate) {
  const now = record.since?.objects.find((each) => each.object_id === candidate.object_id);
  if (!now?.words) return null;
  const words = now.merged_into
    ? ["Merged into ", el("a", { href: `/objects/${now.merged_into}` }, `object ${now.merged_into}`), " since"]
    : [now.words[0].toUpperCase() + now.words.slice(1)];
  return el("span", { class: "since" }, ...words, `, ${day(now.changed_at.slice(0, 10))}.`);
}

/** How sure it is, for a reader; a record from before there was a probability has its score. */
export function chanceOf(candidate) {
  return (candidate.chance || candidate.score.toFixed(2)).replaceAll(" ", "\u00a0");
}

// Which of several searched photos speak for the object, counted from 1.
function spokenFor(record, candidate) {
  if (record.photos.length === 1) return null;
  const best = `Your photo ${candidate.photo + 1} agrees most.`;
  const further = (candidate.also ?? []).map((each) => `photo ${each + 1}`).join(", ");
  const alone = further ? ` It would also have been found with ${further} alone.` : " No other would have found it alone.";
  return el("p", { class: "spoken-for" }, best + alone);
}

function score(candidate) {
  const words = { match: "match", possible: "possible" }[candidate.verdict] ?? "no match";
  return el(
    "p",
    { class: "score", "data-verdict": candidate.verdict },
    el("b", {}, chanceOf(candidate)),
    el("span", {}, candidate.chance ? `${words}: probability that it is this object` : `${words}, score of 0 to 1`),
  );
}

// What differs; a record of an earlier version does not speak of it.
function differences(candidate) {
  const found = candidate.differences ?? [];
  const unknown = candidate.differences_unknown;
  if (found.length === 0 && !unknown) return null;
  const told = found.length > 0 ? el("ul", {}, ...found.map((each) => el("li", {}, each.words))) : el("p", {}, unknown);
  return el("section", { class: "differ" }, el("h3", { class: "small-heading" }, "What differs"), told);
}

// What was said of the object in hand, beside what is registered; a record of an earlier version does not speak of it.
function said(candidate) {
  const compared = candidate.fields ?? [];
  if (compared.length === 0) return null;
  const lines = compared.map((each) => el("li", { "data-outcome": each.outcome }, each.words));
  return el("section", { class: "said" }, el("h3", { class: "small-heading" }, "What you know of it"), el("ul", {}, ...lines));
}

function also(others) {
  if (others.length === 0) return null;
  const views = others.map((each) => `${each.view} (${chanceOf(each)})`).join(", ");
  return el("p", { class: "also quiet" }, `Other photographs of this object agree too: ${views}.`);
}

function facts(object) {
  const theft = object.theft;
  const rows = [
    ["Status", object.status, `status status-${object.status}`],
    ["Type", object.type_path.join(" › ")],
    ["Materials", object.materials],
    ["Measurements", object.measurements.map((each) => `${each.dimension} ${each.value} ${each.unit}`).join("; ")],
    ["Inventory number", object.inventory_number],
    ["Lost", theft && [...new Set([theft.earliest, theft.latest].filter(Boolean).map(day))].join(" to ")],
    ["Place of loss", theft && theft.place],
    ["Reported by", object.authority],
    ["Case reference", object.case_reference],
  ];
  const shown = rows.filter(([, value]) => value);
  return el(
    "dl",
    { class: "record" },
    ...shown.map(([question, value, kind]) =>
      el("div", {}, el("dt", {}, question), el("dd", {}, kind ? el("span", { class: kind }, value) : value)),
    ),
  );
}

function viewer(record, candidate) {
  const view = el("div", { class: "view" });
  const group = `view-${candidate.rank}`;
  const offered = VIEWS.filter(({ needs }) => needs.every((kind) => candidate.evidence.includes(kind)));
  const choices = offered.map(({ name, words }) => {
    const show = () => view.replaceChildren(picture(record, candidate, name));
    const choice = el("input", { type: "radio", name: group, value: name, checked: name === "pair", onchange: show });
    return el("label", {}, choice, words);
  });
  view.append(picture(record, candidate, "pair"));
  const legend = el("legend", { class: "unseen" }, `How to compare the photos of ${nameOf(candidate)}`);
  return el("div", { class: "viewer" }, el("fieldset", { class: "switch" }, legend, ...choices), view);
}

function picture(record, candidate, kind) {
  if (kind === "pair") return pair(record, candidate);
  if (kind === "overlay") return overlays(record, candidate);
  const caption = captionOf(candidate, kind);
  const shown = orWords(evidence(record, candidate, kind), caption, GONE);
  return el("figure", { class: "picture" }, shown, el("figcaption", {}, caption));
}

function captionOf(candidate, kind) {
  if (kind === "regions" && candidate.more?.length > 0) return CAPTIONS.regions + IN_PARTS;
  if (kind !== "differences") return CAPTIONS[kind];
  const kinds = new Set(candidate.differences.map((each) => each.kind));
  const marks = Object.entries(MARKS).filter(([each]) => kinds.has(each));
  return [CAPTIONS.differences, ...marks.map(([, words]) => words)].join(" ");
}

function pair(record, candidate) {
  const name = record.photos.length > 1 ? `Your photo ${candidate.photo + 1}` : "Your photo";
  const ours = orWords(searchedPhoto(record, candidate.photo), name, "Your photo has been deleted.");
  const theirs = el("img", { src: registeredPhoto(candidate, "image"), alt: `Registered: ${nameOf(candidate)}` });
  return el(
    "div",
    { class: "pair" },
    el("figure", {}, ours, el("figcaption", {}, name)),
    el("figure", {}, theirs, el("figcaption", {}, `Registered: ${candidate.view}`)),
  );
}

function overlays(record, candidate) {
  const registered = { source: registeredPhoto(candidate, "image"), words: `Registered: ${nameOf(candidate)}` };
  const onTheirs = overlay(record, candidate, "overlay", registered, "Registered");
  if (!candidate.evidence.includes("underlay")) return onTheirs;
  const ours = { source: searchedPhoto(record, candidate.photo), words: "Your photo" };
  return el("div", { class: "overlays" }, onTheirs, overlay(record, candidate, "underlay", ours, "Your photo"));
}

// An overlay fades in over the photo that it lies on, so that an eye can jump between the two.
function overlay(record, candidate, kind, below, name) {
  const under = el("img", { src: below.source, alt: below.words });
  const over = el("img", { src: evidence(record, candidate, kind), alt: CAPTIONS[kind] });
  const figure = el("figure", { class: "picture" });
  over.addEventListener("error", () => figure.replaceChildren(el("p", { class: "plate-text" }, GONE)), { once: true });
  const fade = el("input", { type: "range", min: 0, max: 100, value: 100, "aria-label": STRENGTHS[kind] });
  fade.addEventListener("input", () => {
    over.style.opacity = fade.value / 100;
  });
  figure.append(
    el("div", { class: "stack" }, under, over),
    el("div", { class: "fade" }, el("span", {}, name), fade, el("span", {}, "Overlay")),
    el("figcaption", {}, CAPTIONS[kind]),
  );
  return figure;
}

function orWords(source, description, words) {
  const shown = el("img", { src: source, alt: description });
  shown.addEventListener("error", () => shown.replaceWith(el("p", { class: "plate-text" }, words)), { once: true });
  return shown;
}

export function coverage(covered) {
  return `${number(covered.photographs)} photographs of ${number(covered.objects_with_photographs)} objects`;
}
