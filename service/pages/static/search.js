// The search page: one state at a time, from a photo that somebody drops, pastes, chooses or takes to the answer.
//
//   idle -> uploading -> searching -> answer
//                \____________\____-> error | busy -> (try again) uploading

import { showAnswer } from "./answer.js";
import { Problem, readSearch, readiness, search } from "./asking.js";
import { byId, levelName, number, plate, plural } from "./dom.js";

const page = byId("search");
const MAX_BYTES = Number(page.dataset.maxBytes);
const MAX_PHOTOS = Number(page.dataset.maxPhotos);
const SECTIONS = {
  idle: ["ask", "outcomes"],
  uploading: ["working"],
  searching: ["working"],
  answer: ["answer"],
  error: ["failure"],
  busy: ["failure"],
};
const RECORD_PATH = /^\/searches\/([0-9a-f-]{36})$/;

let photos = [];
let stop = () => {};
let previews = [];

function enter(state) {
  page.dataset.state = state;
  for (const section of Object.values(SECTIONS).flat()) byId(section).hidden = !SECTIONS[state].includes(section);
}

function announce(text) {
  byId("announcer").textContent = text;
}

// --- photos ---

function take(files, before = []) {
  const given = [...files];
  if (given.length === 0) return;
  const all = [...before, ...given];
  const refused = refusal(all);
  photos = refused ? photos : all;
  if (refused) fail(refused);
  else ask();
}

// Said here already, so that nobody waits for an upload that will be refused.
function refusal(files) {
  if (files.length > MAX_PHOTOS) {
    return new Problem({
      title: "There are too many photos",
      detail: `${files.length} photos were given; a search takes ${MAX_PHOTOS} of one object.`,
      advice: "Choose the few that show it best.",
      code: "too-many-photos",
      status: 422,
    });
  }
  const large = files.find((file) => file.size > MAX_BYTES);
  if (!large) return null;
  return new Problem({
    title: "The photo was not accepted",
    detail: `${large.name} has ${number(Math.ceil(large.size / 1048576))} MB; ${number(Math.floor(MAX_BYTES / 1048576))} MB are taken.`,
    advice: "Send a smaller copy: 1,600 pixels on the longest side are enough.",
    code: "photo-too-large",
    status: 413,
  });
}

function showPreviews() {
  previews.forEach((address) => URL.revokeObjectURL(address));
  previews = photos.map((file) => URL.createObjectURL(file));
  byId("working-photos").classList.toggle("many", previews.length > 1);
  byId("working-photos").replaceChildren(
    ...previews.map((address, at) => plate(address, `Your photo ${at + 1}`, photos[at].name || "Your photo")),
  );
}

// --- searching ---

async function ask() {
  stop();
  showPreviews();
  enter("uploading");
  sent(0);
  const asked = search(photos, chosenLevel().value, known(), sent);
  stop = asked.stop;
  try {
    const record = await asked.record;
    history.pushState({ record: record.id }, "", `/searches/${record.id}`);
    answer(record);
  } catch (problem) {
    if (problem === null) return;
    fail(problem);
  }
}

function chosenLevel() {
  return document.querySelector("input[name=alert_level]:checked");
}

// What was filled in of the object; to narrow by nothing asks for nothing.
function known() {
  const said = knownInputs().map((input) => [input.name, input.value.trim()]);
  const given = said.filter(([name, value]) => value && name !== "tolerance");
  if (given.length === 0) return [];
  const narrows = byId("narrow").checked && given.some(([name]) => name !== "place_of_origin");
  return [...said.filter(([, value]) => value), ...(narrows ? [["narrow", "true"]] : [])];
}

function knownInputs() {
  return [...byId("known").querySelectorAll("input[type=text]")];
}

function forgetObject() {
  for (const input of knownInputs()) input.value = "";
  byId("narrow").checked = false;
  byId("known").open = false;
}

function askCloser() {
  document.querySelector(`input[name=alert_level][value="${byId("closer").value}"]`).checked = true;
  ask();
}

function sent(share) {
  const bar = byId("progress");
  if (share < 1) {
    bar.value = share * 100;
    progress("uploading", "Sending the photo", `${Math.round(share * 100)} %`);
  } else {
    bar.removeAttribute("value");
    progress("searching", "Comparing with the register", "This takes a second or two.");
  }
}

function progress(state, title, detail) {
  if (byId("working-title").textContent !== title || page.dataset.state !== state) announce(title);
  enter(state);
  byId("working-title").textContent = title;
  byId("working-detail").textContent = detail;
}

function answer(record) {
  announce(showAnswer(record));
  offerCloser(record);
  byId("add-pick").hidden = photos.length === 0 || photos.length >= MAX_PHOTOS;
  enter("answer");
  byId("verdict-title").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

// Where a less strict level would have told of a candidate, and the photos are still here to search with.
function offerCloser(record) {
  const [level] = record.alert?.would_alert_at ?? [];
  byId("closer").hidden = !level || photos.length === 0;
  byId("closer").value = level ?? "";
  byId("closer").textContent = level ? `Search again at the level ${levelName(level)}` : "";
}

function fail(problem) {
  if (!(problem instanceof Problem)) throw problem;
  enter(problem.code === "busy" ? "busy" : "error");
  byId("failure-title").textContent = problem.title;
  byId("failure-detail").textContent = problem.detail;
  byId("failure-advice").textContent = problem.advice;
  byId("failure-code").textContent = [problem.status || "", problem.code].filter(Boolean).join(" · ");
  // What the photo itself is refused for will be refused again.
  byId("retry").hidden = photos.length === 0 || (problem.status >= 400 && problem.status < 500);
  byId("failure-title").focus();
}

function startOver() {
  stop();
  photos = [];
  for (const input of document.querySelectorAll("input[type=file]")) input.value = "";
  enter("idle");
  announce("");
  byId("choose").focus();
}

// --- readiness ---

async function showReadiness() {
  try {
    const ready = await readiness();
    const waiting = ready.pending ? `, ${number(ready.pending)} waiting to be indexed` : "";
    byId("register-line").textContent = `${plural(ready.photographs + ready.live, "photograph", "photographs")} searchable${waiting}`;
    byId("register-line").hidden = false;
    byId("not-ready").hidden = true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    byId("not-ready-reason").textContent = `${problem.detail} ${problem.advice}`;
    byId("not-ready").hidden = false;
  }
}

// --- wiring ---

function takeFrom(input, before) {
  take(input.files, before());
  input.value = "";
}

byId("choose").addEventListener("change", (event) => takeFrom(event.target, () => []));
byId("camera").addEventListener("change", (event) => takeFrom(event.target, () => []));
byId("add").addEventListener("change", (event) => takeFrom(event.target, () => photos));
byId("retry").addEventListener("click", ask);
byId("closer").addEventListener("click", askCloser);
byId("drop").addEventListener("submit", (event) => event.preventDefault()); // Enter on a level sends nothing
byId("again").addEventListener("click", () => {
  forgetObject();
  leaveRecord();
});
byId("start-over").addEventListener("click", leaveRecord);
byId("cancel").addEventListener("click", leaveRecord);

document.addEventListener("paste", (event) => {
  if (event.clipboardData?.files.length) {
    event.preventDefault();
    take(event.clipboardData.files);
  }
});

let depth = 0;
const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
document.addEventListener("dragenter", (event) => {
  if (carriesFiles(event)) page.classList.toggle("dragging", ++depth > 0);
});
document.addEventListener("dragleave", (event) => {
  if (carriesFiles(event)) page.classList.toggle("dragging", --depth > 0);
});
document.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth = 0;
  page.classList.remove("dragging");
  take(event.dataTransfer.files);
});

function leaveRecord() {
  if (RECORD_PATH.test(location.pathname)) history.pushState({}, "", "/");
  startOver();
}

async function showAddress() {
  const [, id] = RECORD_PATH.exec(location.pathname) ?? [];
  if (!id) {
    enter("idle");
    return;
  }
  let record;
  try {
    record = await readSearch(id);
  } catch (problem) {
    fail(problem);
    return;
  }
  try {
    answer(record);
  } catch {
    fail(unreadable(id));
  }
}

// A record is kept as it was written, for as long as there is a register; this page knows those of today.
function unreadable(id) {
  return new Problem({
    title: "This page cannot show the record",
    detail: "The search was made with another version of the service.",
    advice: `The record itself is kept as it was written: ${location.origin}/api/v1/searches/${id}`,
    code: "record-of-another-version",
  });
}

window.addEventListener("popstate", () => {
  stop();
  photos = [];
  showAddress();
});
showReadiness();
showAddress();
