/* Saves a chart as a picture that can stand alone: its title and place above, notes and source below.
   The texts come with the button; the drawing is the one on the page, at a width of its own. */
(function () {
  "use strict";

  const TITLE = { size: 20, lineHeight: 1.3, weight: "600" };
  const TEXT = { size: 14, lineHeight: 1.3, weight: "400" };
  const EDGE = 16;
  const SCALE = 2;
  const WAIT_MS = 100;
  const MOST_WAITS = 100;

  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const height = (lines, type) => Math.ceil(lines.length * type.size * type.lineHeight);

  function wrapped(text, type, family, width) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${type.weight} ${type.size}px ${family}`;
    const lines = [];
    for (const paragraph of text.split("\n")) {
      let line = "";
      for (const word of paragraph.split(" ")) {
        const longer = line ? `${line} ${word}` : word;
        if (line && pen.measureText(longer).width > width) {
          lines.push(line);
          line = word;
        } else {
          line = longer;
        }
      }
      lines.push(line);
    }
    return lines;
  }

  /* Lines from the left edge, their top `shift` pixels above (or, negative, below) a side of the drawing. */
  function note(lines, type, colour, side, shift, left) {
    const text = lines.map(escaped).join("<br>");
    return {
      text: type === TITLE ? `<b>${text}</b>` : text, align: "left", showarrow: false, borderpad: 0,
      x: 0, xref: "paper", xanchor: "left", xshift: EDGE - left,
      y: side, yref: "paper", yanchor: "top", yshift: shift,
      font: { size: type.size, color: colour },
    };
  }

  function standingAlone(graph, words) {
    const layout = JSON.parse(JSON.stringify(graph.layout));
    const width = Number(words.width);
    const { family, color: ink } = layout.font;
    const quiet = (layout.xaxis.tickfont || layout.font).color;
    const title = wrapped(words.title, TITLE, family, width - 2 * EDGE);
    const subtitle = wrapped(words.subtitle, TEXT, family, width - 2 * EDGE);
    const below = wrapped(words.below, TEXT, family, width - 2 * EDGE);
    const { l: left, t: top, b: bottom } = layout.margin;
    const head = EDGE + height(title, TITLE) + EDGE / 2 + height(subtitle, TEXT) + EDGE;
    const foot = height(below, TEXT) + 2 * EDGE;
    layout.annotations = [
      ...(layout.annotations || []),
      note(title, TITLE, ink, 1, top + head - EDGE, left),
      note(subtitle, TEXT, quiet, 1, top + EDGE + height(subtitle, TEXT), left),
      note(below, TEXT, quiet, 0, -bottom - EDGE, left),
    ];
    /* The page keeps the height; plotly forgets the layout's own when the window changes. */
    layout.height = graph.clientHeight + head + foot;
    layout.width = width;
    layout.autosize = false;
    layout.margin.t += head;
    layout.margin.b += foot;
    layout.paper_bgcolor = "#FFFFFF";
    return { data: graph.data, layout: layout, config: graph._context };
  }

  async function drawn(id) {
    for (let waits = 0; waits < MOST_WAITS; waits += 1) {
      const graph = document.querySelector(`#${CSS.escape(id)} .js-plotly-plot`);
      if (graph && graph.data && window.Plotly) return graph;
      await new Promise((resolve) => { setTimeout(resolve, WAIT_MS); });
    }
    throw new Error(`the chart ${id} has not been drawn`);
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button.save-picture");
    if (!button) return;
    const figure = standingAlone(await drawn(button.dataset.graph), button.dataset);
    await window.Plotly.downloadImage(figure, {
      format: "png", filename: button.dataset.file, scale: SCALE,
      width: figure.layout.width, height: figure.layout.height,
    });
  });
})();
