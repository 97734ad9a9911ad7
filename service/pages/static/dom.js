// Small helpers to build the page from values. Text is always set as text, never as markup.

export function byId(id) {
  return document.getElementById(id);
}

/** An element: el("p", {class: "quiet"}, "text", child). Attributes that are null or false are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const numbers = new Intl.NumberFormat("en");
const moments = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "long" });
const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** A date without a time, as 2024-11-02 stands for: never moved by a time zone. */
export function day(iso) {
  return days.format(new Date(`${iso}T00:00:00Z`));
}

export function number(value) {
  return numbers.format(value);
}

/** The name of an alert level, as the page writes it. */
export function levelName(level) {
  return level[0].toUpperCase() + level.slice(1);
}

export function moment(iso) {
  return moments.format(new Date(iso));
}

export function plural(count, one, many) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** A picture on a mat; where it cannot be shown, the words say so. */
export function plate(source, description, words) {
  const frame = el("figure", { class: "plate" });
  const picture = el("img", { src: source, alt: description });
  picture.addEventListener("error", () => frame.replaceChildren(el("p", { class: "plate-text" }, words)), { once: true });
  frame.append(picture);
  return frame;
}
