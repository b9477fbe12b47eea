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
const forget = (all) => {
  try {
    for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith("draft:"))) {
      if (all || JSON.parse(sessionStorage.getItem(key)).sent) sessionStorage.removeItem(key);
    }
  } catch {
    // No such store, so nothing lies in it.
  }
};
if (document.querySelector("[data-draft-forget]")) forget(true);
else if (document.querySelector("[data-draft-done]")) forget(false);
document.querySelector(".eh-account form")?.addEventListener("submit", () => forget(true));

// The design system's own components. One that fails leaves the others working.
for (const id of ["module-govuk", "module-moj"]) {
  if (address(id)) import(address(id)).then((module) => module.initAll()).catch((error) => console.error(error));
}
