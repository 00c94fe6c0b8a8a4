/* The search field as a combobox (ARIA Authoring Practices: list autocomplete, manual selection). Without
   this script it is a plain field whose form opens the result page. */
(function () {
  "use strict";

  function start() {
    const form = document.getElementById("search");
    if (!form) return;
    const input = form.querySelector("input[type=search]");
    const list = document.getElementById("search-list");
    const said = document.getElementById("search-said");
    let active = -1;
    let asked = 0;
    let timer = 0;

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function activate(index) {
      const options = Array.from(list.children);
      active = index;
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
      if (index < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", options[index].id);
        options[index].scrollIntoView({ block: "nearest" });
      }
    }

    function option(hit, index) {
      const item = document.createElement("li");
      const kind = document.createElement("span");
      item.id = `search-option-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.href = hit.href;
      kind.className = "search-kind";
      kind.textContent = hit.kind;
      item.append(hit.also ? `${hit.name} (${hit.also}) ` : `${hit.name} `, kind);
      return item;
    }

    function show(hits) {
      list.replaceChildren(...hits.map(option));
      active = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = hits.length === 0;
      input.setAttribute("aria-expanded", String(hits.length > 0));
      said.textContent = (hits.length ? list.dataset.count : list.dataset.none).replace("#", hits.length);
    }

    async function look() {
      const query = input.value.trim();
      const turn = ++asked;
      if (!query) {
        said.textContent = "";
        close();
        return;
      }
      const parameters = new URLSearchParams(new FormData(form));
      try {
        const answer = await fetch(`${form.dataset.source}?${parameters}`);
        if (turn === asked && answer.ok) show(await answer.json());
      } catch {
        close(); /* the form still opens the result page */
      }
    }

    input.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(look, 120);
    });
    input.addEventListener("keydown", (event) => {
      const last = list.children.length - 1;
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (list.hidden) {
        return;
      } else if (event.key === "ArrowDown") {
        event.preventDefault();
        activate(active >= last ? 0 : active + 1);
      } else if (event.key === "ArrowUp") {
        event.preventDefault();
        activate(active <= 0 ? last : active - 1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        window.location.assign(list.children[active].dataset.href);
      }
    });
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const chosen = event.target.closest("[role=option]");
      if (chosen) window.location.assign(chosen.dataset.href);
    });
    input.addEventListener("blur", close);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
