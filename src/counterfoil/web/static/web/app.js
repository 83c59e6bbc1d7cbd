// What HTML and HTMX cannot do alone. Every page works without it.
(() => {
  "use strict";
  const on = (type, selector, act) =>
    document.addEventListener(type, (event) => {
      const found = event.target.closest?.(selector);
      if (found) act(event, found);
    });
  const csrf = () => document.querySelector("meta[name=csrf]")?.content ?? "";

  // HTMX sends the token with every request that changes something.
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrf();
  });
  // Refused forms come back as 4xx with the fields marked: show them too.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target, elt } = event.detail;
    if (isPoll(elt) && target.querySelector?.(".prop.editing")) {
      event.detail.shouldSwap = false; // somebody is typing in there
    } else if ([400, 409, 422].includes(xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (xhr.status >= 400 && !isPoll(elt)) {
      toast("bad", document.body.dataset.failed);
    }
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!isPoll(event.detail.elt)) toast("bad", document.body.dataset.offline);
  });
  // What asks again by itself fails silently: it will ask again.
  const isPoll = (elt) =>
    Boolean(elt?.closest?.("[data-live]") || elt?.getAttribute?.("hx-trigger")?.includes("every"));

  // Toasts confirm and go; pointer or focus keeps them.
  const leave = (item) => {
    const wait = setInterval(() => {
      if (!item.matches(":hover, :focus-within")) { clearInterval(wait); item.remove(); }
    }, 6000);
  };
  const toast = (kind, text) => {
    const template = document.getElementById("toast");
    if (!template || !text) return;
    const item = template.content.firstElementChild.cloneNode(true);
    item.classList.add(kind);
    item.querySelector("p").textContent = text;
    document.querySelector(".toasts").append(item);
    if (kind !== "bad") leave(item);
  };
  document.querySelectorAll(".toast:not(.bad)").forEach(leave);
  document.addEventListener("toast", (event) => toast(event.detail.kind ?? "good", event.detail.text));
  on("click", "[data-dismiss]", (_event, button) => button.closest(".toast, .note").remove());

  // Menus close when the pointer or the focus leaves them, and on Escape.
  const closeMenus = (except) =>
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(except)) menu.open = false;
    });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      const menu = event.target.closest?.("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
      // Between an answer and its focus, the one field that is being edited is meant.
      const form = event.target === document.body ? document.querySelector(".editing form") : event.target.closest?.("form");
      const cancel = form?.querySelector("[data-cancel]");
      // An answer that has just come may not have been made to work yet.
      if (cancel) { event.preventDefault(); window.htmx?.process(form); cancel.click(); }
    }
    if (typing || keysAreOff() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      const box = document.getElementById("search");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
    document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
    if (event.key === "c") document.querySelector("[data-create]")?.click();
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  });
  const step = (by) => {
    const links = [...document.querySelectorAll("tbody td.name a")];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus();
  };

  // Single-key shortcuts can be turned off: speech input sets them off by accident.
  const keysAreOff = () => document.cookie.split("; ").includes("keys=off");
  document.querySelectorAll("[data-keys]").forEach((box) => {
    box.checked = !keysAreOff();
    box.closest("[hidden]")?.removeAttribute("hidden");
  });
  on("change", "[data-keys]", (_event, box) => {
    document.cookie = `keys=${box.checked ? "on" : "off"};path=/;max-age=31536000;samesite=lax`;
  });

  // Theme: applied at once, kept in a cookie for the next page.
  on("submit", "form[data-theme-form]", (event, form) => {
    event.preventDefault();
    const theme = event.submitter.value;
    const root = document.documentElement;
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax`;
    form.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.value === theme)));
  });

  // Controls that act by themselves; without JavaScript their form has a button.
  on("change", "[data-submit]", (_event, control) => control.form.requestSubmit());
  on("change", "[data-all]", (_event, box) => {
    box.closest("table").querySelectorAll("tbody .pick input").forEach((row) => { row.checked = box.checked; });
    tell(box.form);
  });
  on("change", "tbody .pick input", (_event, box) => tell(box.form));
  const tell = (form) => {
    const all = [...form.querySelectorAll("tbody .pick input")];
    const count = all.filter((box) => box.checked).length;
    const head = form.querySelector("[data-all]");
    if (head) { head.checked = count === all.length; head.indeterminate = count > 0 && count < all.length; }
    const said = form.querySelector("[data-count]");
    if (said) said.textContent = count;
  };

  // Where not all tabs fit, the one that is open is in sight.
  document.querySelectorAll(".tabs").forEach((tabs) => {
    const open = tabs.querySelector("[aria-current]");
    const hidden = open ? open.getBoundingClientRect().right - tabs.getBoundingClientRect().right : 0;
    if (hidden > 0) tabs.scrollLeft += hidden + 24;
  });

  // Dialogs.
  on("click", "[data-dialog]", (event, button) => {
    const dialog = document.getElementById(button.dataset.dialog);
    if (dialog) { event.preventDefault(); dialog.showModal(); }
  });
  on("click", "[data-close]", (_event, button) => button.closest("dialog").close());
  on("submit", "form[data-confirm]", (event, form) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
  on("submit", "form[data-once]", (event, form) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // Board: a ticket dropped on a lane posts its own move form.
  let dragged = null;
  on("dragstart", ".ticket[draggable]", (event, ticket) => {
    dragged = ticket;
    ticket.classList.add("dragging");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", ticket.id);
  });
  on("dragend", ".ticket", (_event, ticket) => {
    ticket.classList.remove("dragging");
    document.querySelectorAll(".lane.over").forEach((lane) => lane.classList.remove("over"));
    dragged = null;
  });
  on("dragover", ".lane", (event, lane) => {
    if (!dragged) return;
    event.preventDefault();
    document.querySelectorAll(".lane.over").forEach((other) => other !== lane && other.classList.remove("over"));
    lane.classList.add("over");
  });
  on("drop", ".lane", (event, lane) => {
    if (!dragged) return;
    event.preventDefault();
    const form = dragged.querySelector("form[data-move]");
    if (dragged.closest(".lane") === lane || !form) return;
    lane.querySelector("ul").prepend(dragged);
    form.querySelector("[name=stage]").value = lane.dataset.stage;
    form.requestSubmit();
  });

  // Line editors: a row may be added or taken away before anything is sent.
  on("click", "[data-remove-row]", (event, button) => {
    const row = button.closest("tr");
    if (!row || button.form?.querySelectorAll("tbody tr").length === 0) return;
    event.preventDefault();
    row.querySelectorAll("input, textarea, select").forEach((field) => field.setAttribute("name", ""));
    row.remove();
    document.dispatchEvent(new CustomEvent("lines"));
  });
})();
document.addEventListener("focusOn", (event) => document.getElementById(event.detail.id)?.focus());
