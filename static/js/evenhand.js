// Enhancements only: every page works without this file.
const address = (id) => document.getElementById(id)?.href;

// Filters stand open where there is room for them.
const desk = window.matchMedia("(min-width: 75em)");
const openOnDesk = () => {
  for (const details of document.querySelectorAll("[data-open-on-desk]")) details.open = desk.matches;
};
desk.addEventListener("change", openOnDesk);
openOnDesk();

// A form is sent once, however slow the answer. The Back button gives the buttons back.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What was typed of an enquiry lies in this window (drafts.js): gone once it was sent, is not to be kept,
// or somebody signs out; and on every page drawn for nobody, unless it asks them to sign in again.
const lying = () => Object.keys(sessionStorage).filter((one) => one.startsWith("draft:"));
const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "{}");
const forget = (all) => {
  try {
    for (const key of lying()) if (all || read(key).sent) sessionStorage.removeItem(key);
  } catch {
    // No such store, so nothing lies in it.
  }
};
if (document.querySelector("[data-draft-forget]")) forget(true);
else if (document.querySelector("[data-draft-done]")) forget(false);
document.querySelector(".eh-account form")?.addEventListener("submit", () => forget(true));

// Where they are asked first whether it is one that is there, what they pressed the button for last is not
// sent yet: it is when they press one on this page.
const asking = (form) => {
  const since = (key) => read(key).sent || read(key).asked || 0;
  const key = lying().filter(since).sort((one, other) => since(one) - since(other)).pop();
  const note = (more) => key in sessionStorage && sessionStorage.setItem(key, JSON.stringify({ ...read(key), ...more }));
  note({ sent: 0, asked: Date.now() });
  form.addEventListener("submit", () => note({ sent: Date.now() }));
};
const asked = document.querySelector("form[data-draft-asked]");
try {
  if (asked) asking(asked);
} catch {
  // No such store, so nothing lies in it.
}

// The design system's own components. One that fails leaves the others working.
for (const id of ["module-govuk", "module-moj"]) {
  if (address(id)) import(address(id)).then((module) => module.initAll()).catch((error) => console.error(error));
}
