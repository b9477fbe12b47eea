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

// The design system's own components. One that fails leaves the others working.
for (const id of ["module-govuk", "module-moj"]) {
  if (address(id)) import(address(id)).then((module) => module.initAll()).catch((error) => console.error(error));
}
