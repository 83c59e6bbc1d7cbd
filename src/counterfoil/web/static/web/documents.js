// What is asked before a document is acted upon, in a dialog of the page that is open.
(() => {
  "use strict";
  if (document.documentElement.dataset.documents) return;
  document.documentElement.dataset.documents = "on";

  const dialogOf = () => {
    const found = document.querySelector("dialog.asked");
    if (found) return found;
    const made = document.createElement("dialog");
    made.className = "asked";
    made.setAttribute("aria-labelledby", "ask-title");
    document.body.append(made);
    return made;
  };
  // Without a script, or with a key held, the link leads to a page of its own.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-ask]");
    const isPlain = !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0;
    if (!link || !isPlain || !window.htmx) return;
    event.preventDefault();
    const dialog = dialogOf();
    dialog.replaceChildren();
    const from = link.closest("details.menu")?.querySelector("summary");
    window.htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" }).then(() => {
      if (!dialog.querySelector("form")) { window.location.assign(link.href); return; }
      dialog.addEventListener("close", () => from?.focus(), { once: true });
      link.closest("details.menu")?.removeAttribute("open");
      dialog.showModal();
    });
  });
  document.addEventListener("click", (event) => {
    const way = event.target.closest?.("dialog.asked [data-leave]");
    if (!way) return;
    event.preventDefault();
    way.closest("dialog").close();
  });
})();
