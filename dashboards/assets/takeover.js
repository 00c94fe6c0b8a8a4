/* The server has already painted the page. When Dash has built its copy, that one is shown instead: the
   painted parts move into it as they are, so focus, opened details and the reader's place stay. */
(function () {
  "use strict";

  function moveInto(place, painted) {
    while (painted.firstChild) {
      if (place.moveBefore) place.moveBefore(painted.firstChild, null);
      else place.appendChild(painted.firstChild);
    }
    if (painted.open) place.open = true;
  }

  function takeOver(painted, built) {
    const focused = document.activeElement;
    for (const place of built.querySelectorAll("[data-painted]")) {
      const part = painted.querySelector(`[data-painted="${place.dataset.painted}"]`);
      if (!part) {
        /* A new snapshot was published between the two; the page is asked for again, whole. */
        window.location.reload();
        return;
      }
      moveInto(place, part);
    }
    painted.remove();
    document.body.classList.add("taken-over");
    if (focused && focused !== document.activeElement && built.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  function watch() {
    const painted = document.getElementById("first-paint");
    const entry = document.getElementById("react-entry-point");
    if (!painted || !entry) return;
    const observer = new MutationObserver(look);
    function look() {
      const built = entry.querySelector("#page");
      if (!built) return;
      observer.disconnect();
      takeOver(painted, built);
    }
    observer.observe(entry, { childList: true, subtree: true });
    look();
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
