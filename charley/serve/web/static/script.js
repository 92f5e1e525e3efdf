/* What pages do beyond plain HTML. Every page works without it. */
"use strict";

// "None of these" and the lines of a list exclude each other, as do a line and its "not sure".
for (const list of document.querySelectorAll("[data-list]")) {
  const none = list.querySelector("[name=none]");
  list.addEventListener("change", ({ target }) => {
    if (!target.checked) return;
    const beside = target.closest("li").querySelectorAll("input");
    if (target === none) {
      for (const box of list.querySelectorAll("[name=yes]")) box.checked = false;
    } else {
      for (const box of beside) if (box !== target) box.checked = false;
      if (target.name === "yes") none.checked = false;
    }
  });
}

// A number and "not sure" exclude each other.
for (const field of document.querySelectorAll(".field:has(input.number)")) {
  const number = field.querySelector("input.number");
  const unsure = field.querySelector("[name=unsure]");
  number.addEventListener("input", () => { if (number.value) unsure.checked = false; });
  unsure.addEventListener("change", () => { if (unsure.checked) number.value = ""; });
}

// The summary of what is wrong is read first.
document.querySelector("[data-focus]")?.focus();

// A field that an entry of the summary names is focused, not only scrolled to.
document.querySelector(".errors")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const field = link && document.querySelector(link.getAttribute("href"));
  if (field) {
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  }
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A form is sent once.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
