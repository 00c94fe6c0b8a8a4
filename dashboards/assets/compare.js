/* The comparison's form sends itself when a pointer has chosen from a list. With a keyboard every arrow key
   would already send it, so there the button is used. */
(function () {
  "use strict";

  let pointed = null;
  const chosenFrom = (event) => event.target.closest && event.target.closest(".compare-chooser select");

  document.addEventListener("pointerdown", (event) => { pointed = chosenFrom(event); });
  document.addEventListener("keydown", () => { pointed = null; });
  document.addEventListener("change", (event) => {
    const select = chosenFrom(event);
    if (select && select === pointed) select.form.requestSubmit();
  });
})();
