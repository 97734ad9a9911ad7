// A candidate: the registered object, how far it agrees with the searched photo, and why.

import { evidence, registeredPhoto, searchedPhoto } from "./asking.js";
import { day, el, number } from "./dom.js";

const VIEWS = [
  ["pair", "Side by side"],
  ["overlay", "Overlay"],
  ["regions", "Regions"],
  ["matches", "Points"],
];
const CAPTIONS = {
  overlay: "Your photo, turned and stretched to lie on the registered photograph.",
  regions: "The part that agrees, outlined in both photos.",
  matches: "Points of your photo and where the registered photograph has them.",
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
    el("p", { class: "why" }, best.explanation),
    viewer(record, best),
    facts(best.object),
    also(others),
  );
}

/** One line for a candidate that was looked at and does not agree. */
export function otherEntry(candidate) {
  const picture = el("img", { src: registeredPhoto(candidate, "thumbnail"), alt: "", loading: "lazy" });
  return el(
    "li",
    {},
    el("span", { class: "thumb" }, picture),
    el("p", {}, el("a", { href: `/objects/${candidate.object_id}` }, nameOf(candidate))),
    el("span", { class: "number" }, candidate.score.toFixed(2)),
  );
}

function score(candidate) {
  const words = { match: "match", possible: "possible" }[candidate.verdict] ?? "no match";
  return el(
    "p",
    { class: "score", "data-verdict": candidate.verdict },
    el("b", {}, candidate.score.toFixed(2)),
    el("span", {}, `${words}, score of 0 to 1`),
  );
}

function also(others) {
  if (others.length === 0) return null;
  const views = others.map((each) => `${each.view} (${each.score.toFixed(2)})`).join(", ");
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
  const name = `view-${candidate.rank}`;
  const offered = VIEWS.filter(([kind]) => kind === "pair" || candidate.evidence.includes(kind));
  const choices = offered.map(([kind, words]) => {
    const show = () => view.replaceChildren(picture(record, candidate, kind));
    const choice = el("input", { type: "radio", name, value: kind, checked: kind === "pair", onchange: show });
    return el("label", {}, choice, words);
  });
  view.append(picture(record, candidate, "pair"));
  const legend = el("legend", { class: "unseen" }, `How to compare the photos of ${nameOf(candidate)}`);
  return el("div", { class: "viewer" }, el("fieldset", { class: "switch" }, legend, ...choices), view);
}

function picture(record, candidate, kind) {
  if (kind === "pair") return pair(record, candidate);
  if (kind === "overlay") return overlay(record, candidate);
  const shown = orWords(evidence(record, candidate, kind), CAPTIONS[kind], GONE);
  return el("figure", { class: "picture" }, shown, el("figcaption", {}, CAPTIONS[kind]));
}

function pair(record, candidate) {
  const ours = orWords(searchedPhoto(record, candidate.photo), "Your photo", "Your photo has been deleted.");
  const theirs = el("img", { src: registeredPhoto(candidate, "image"), alt: `Registered: ${nameOf(candidate)}` });
  return el(
    "div",
    { class: "pair" },
    el("figure", {}, ours, el("figcaption", {}, "Your photo")),
    el("figure", {}, theirs, el("figcaption", {}, `Registered: ${candidate.view}`)),
  );
}

// The overlay fades in over the registered photograph, so that an eye can jump between the two.
function overlay(record, candidate) {
  const under = el("img", { src: registeredPhoto(candidate, "image"), alt: `Registered: ${nameOf(candidate)}` });
  const over = el("img", { src: evidence(record, candidate, "overlay"), alt: CAPTIONS.overlay });
  const figure = el("figure", { class: "picture" });
  over.addEventListener("error", () => figure.replaceChildren(el("p", { class: "plate-text" }, GONE)), { once: true });
  const fade = el("input", { type: "range", min: 0, max: 100, value: 100, "aria-label": "Strength of the overlay" });
  fade.addEventListener("input", () => {
    over.style.opacity = fade.value / 100;
  });
  figure.append(
    el("div", { class: "stack" }, under, over),
    el("div", { class: "fade" }, el("span", {}, "Registered"), fade, el("span", {}, "Overlay")),
    el("figcaption", {}, CAPTIONS.overlay),
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
