/* The scenario desk: a released slider is asked of the server at once, and the address follows it. Without
   scripts the form's button does the same. */
(function () {
  "use strict";

  const WAIT = 120; /* ms of rest after the last change: arrow keys move a slider step by step */
  let timer = 0;

  const formOf = (event) => event.target.closest && event.target.closest(".desk-form");

  function tell(field) {
    const output = field.parentElement.querySelector("output");
    if (!output) return;
    const share = "share" in field.dataset;
    const decimals = share ? 0 : Number(field.dataset.decimals);
    const form = { style: share ? "percent" : "decimal", minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    const value = Number(field.value).toLocaleString(document.documentElement.lang, form);
    output.textContent = share ? value : `${value} ${field.dataset.unit}`;
    field.setAttribute("aria-valuetext", output.textContent);
  }

  function ask(form) {
    const query = new URLSearchParams(new FormData(form)).toString();
    window.history.replaceState(null, "", `${form.getAttribute("action")}?${query}`);
    window.dash_clientside.set_props("desk-asked", { data: query });
  }

  document.addEventListener("input", (event) => {
    if (formOf(event) && event.target.type === "range") tell(event.target);
  });

  document.addEventListener("change", (event) => {
    const form = formOf(event);
    if (!form) return;
    if (event.target.name === "skenaario") {
      /* Another scenario has other controls: the page is asked for with that scenario alone. */
      for (const field of form.querySelectorAll(".desk-slider input, .desk-option select")) field.disabled = true;
      form.requestSubmit();
      return;
    }
    if (!window.dash_clientside || !window.dash_clientside.set_props) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => ask(form), WAIT);
  });
})();
