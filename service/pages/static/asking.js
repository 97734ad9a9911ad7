// Talking to the service: searches, records, readiness. Failures arrive as Problem.

const API = "/api/v1";

/** What a failing answer says: RFC 9457, with the service's own code and advice. */
export class Problem extends Error {
  constructor(details) {
    super(details.detail);
    this.title = details.title;
    this.detail = details.detail;
    this.advice = details.advice;
    this.code = details.code;
    this.status = details.status;
  }
}

const UNREACHABLE = {
  title: "The service does not answer",
  detail: "The connection was lost before an answer came.",
  advice: "Check that the service still runs, then try again.",
  code: "unreachable",
  status: 0,
};

function problemOf(status, text) {
  try {
    const details = JSON.parse(text);
    if (details.code) return new Problem(details);
  } catch {
    // Not from the service itself: said below.
  }
  return new Problem({ ...UNREACHABLE, detail: `The answer could not be read (status ${status}).`, status });
}

/**
 * Search with the photos of one object at an alert level, and with what is known of it, [name, value] each.
 * `onSent(share)` is told how much has been sent, 0 to 1.
 * Gives {record: Promise, stop: function}; the promise is rejected with a Problem, or null when stopped.
 */
export function search(files, level, known, onSent) {
  const request = new XMLHttpRequest();
  const record = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onSent(event.loaded / event.total);
    });
    request.upload.addEventListener("load", () => onSent(1));
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText));
      else reject(problemOf(request.status, request.responseText));
    });
    request.addEventListener("error", () => reject(new Problem(UNREACHABLE)));
    request.addEventListener("abort", () => reject(null));
  });
  const form = new FormData();
  for (const file of files) form.append("photo", file, file.name || "photo");
  form.append("alert_level", level);
  for (const [name, value] of known) form.append(name, value);
  request.open("POST", `${API}/searches`);
  request.setRequestHeader("Accept", "application/json");
  request.send(form);
  return { record, stop: () => request.abort() };
}

async function read(address) {
  let response;
  try {
    response = await fetch(address, { headers: { Accept: "application/json" } });
  } catch {
    throw new Problem(UNREACHABLE);
  }
  const text = await response.text();
  if (!response.ok) throw problemOf(response.status, text);
  return JSON.parse(text);
}

export function readSearch(id) {
  return read(`${API}/searches/${encodeURIComponent(id)}`);
}

export function readiness() {
  return read("/readyz");
}

export function searchedPhoto(record, number) {
  return `${API}/searches/${record.id}/photos/${number}`;
}

export function evidence(record, candidate, kind) {
  return `${API}/searches/${record.id}/candidates/${candidate.rank}/evidence/${kind}`;
}

export function registeredPhoto(candidate, size) {
  return `${API}/photographs/${candidate.photograph_id}/${size}`;
}
