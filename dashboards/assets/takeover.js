/* The server has already painted the page. When Dash has built the same page, show that one instead,
   without moving the reader: focus and opened details are carried over. */
(function () {
  "use strict";

  function carryOver(painted, built) {
    const focused = document.activeElement;
    const focusable = "a, button, input, select, summary, [tabindex]";
    const place = painted.contains(focused)
      ? Array.from(painted.querySelectorAll(focusable)).indexOf(focused)
      : -1;
    const opened = Array.from(painted.querySelectorAll("details"), (details) => details.open);
    built.querySelectorAll("details").forEach((details, index) => {
      if (opened[index] !== undefined) details.open = opened[index];
    });
    painted.remove();
    document.body.classList.add("taken-over");
    if (place >= 0) {
      const target = built.querySelectorAll(focusable)[place];
      if (target) target.focus({ preventScroll: true });
    }
  }

  function watch() {
    const painted = document.getElementById("first-paint");
    const entry = document.getElementById("react-entry-point");
    if (!painted || !entry) return;
    const observer = new MutationObserver(takeOver);
    function takeOver() {
      const built = entry.querySelector("#page");
      if (!built) return;
      observer.disconnect();
      carryOver(painted, built);
    }
    observer.observe(entry, { childList: true, subtree: true });
    takeOver();
  }

  /* The municipality is chosen by name: picking one from the list is enough, no button needed. */
  function chooser() {
    const input = document.getElementById("chooser-municipality");
    if (!input) return;
    const names = new Set(Array.from(input.list.options, (option) => option.value));
    input.addEventListener("focus", () => {
      input.placeholder = input.dataset.chosen || input.placeholder;
      input.value = "";
    });
    input.addEventListener("blur", () => {
      if (!input.value) input.value = input.dataset.chosen;
    });
    input.addEventListener("input", (event) => {
      const picked = !event.inputType || event.inputType === "insertReplacementText";
      if (picked && names.has(input.value)) input.form.requestSubmit();
    });
  }

  watch();
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", chooser);
  else chooser();
})();
