// The wizard's search boxes, and pages that keep themselves up to date.
(() => {
  "use strict";
  if (document.documentElement.dataset.invoicing) return;
  document.documentElement.dataset.invoicing = "on";

  // Enter in a search box searches; it does not leave the step.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("[data-seek]")) return;
    event.preventDefault();
    window.htmx?.trigger(event.target, "search");
  });

  // No question is asked while nobody looks, and nothing is swapped under a pen.
  const isBusy = () =>
    document.hidden || document.querySelector("#record .editing, dialog[open], details.menu[open]") !== null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches?.("[data-live]") && isBusy()) event.preventDefault();
  });
  // A page that misses an answer asks again; that is not worth a message.
  document.addEventListener("htmx:sendError", (event) => {
    if (event.target.matches?.("[data-live]")) event.stopImmediatePropagation();
  }, true);
})();
