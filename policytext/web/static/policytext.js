// Pages work without this file. It folds the filters on narrow screens, sends small forms when they change, and turns to the page of a clause.
"use strict";

const narrow = window.matchMedia("(max-width: 900px)");
const facets = document.querySelector("details.facets");
if (facets && narrow.matches) facets.open = false;

for (const form of document.querySelectorAll("form[data-live]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox]")) form.requestSubmit();
  });
}

// Empty fields stay out of the address.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData.entries()]) {
    if (value === "" && name !== "q") event.formData.delete(name);
  }
});

// The picture of the page that the clause in the address stands on.
function beside() {
  const clause = location.hash.startsWith("#u") ? document.querySelector(location.hash) : null;
  const link = clause && clause.querySelector("a[href^='#page-']");
  const sheets = document.querySelector(".sheets");
  const sheet = link && document.querySelector(link.getAttribute("href"));
  if (sheet && sheets && !narrow.matches) sheets.scrollTop = sheet.offsetTop - sheets.offsetTop;
}
window.addEventListener("hashchange", beside);
beside();
