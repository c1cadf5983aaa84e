// Draws the board's charts from data-src, in the page's colours, and again when the data, the theme or the width change.
(function () {
  "use strict";
  const cache = new Map();
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colors = () => ({
    text: color("--kesu-quiet"), line: color("--tblr-border-color"), pane: color("--tblr-bg-surface"),
    body: color("--tblr-body-color"), opened: color("--kesu-opened"), closed: color("--kesu-closed"),
    stages: [1, 2, 3, 4].map((place) => color("--kesu-stage-" + place)),
  });

  // One request serves every chart that shows the same address.
  function read(address) {
    if (!cache.has(address)) {
      const answer = fetch(address, { headers: { Accept: "application/json" } }).then((response) => {
        if (!response.ok) throw new Error(String(response.status));
        return response.json();
      });
      cache.set(address, answer);
      setTimeout(() => cache.delete(address), 1000);
    }
    return cache.get(address);
  }

  // Rich text, not HTML: the page's policy allows no inline style.
  const tooltip = (look) => ({
    trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow" },
    backgroundColor: look.pane, borderColor: look.line, textStyle: { color: look.body },
  });

  // A value axis with its unit beyond its end.
  const values = (look, unit) => ({
    type: "value", minInterval: 1, name: unit, nameTextStyle: { color: look.text }, nameGap: 8,
    splitLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.text },
  });

  function flow(data, look, unit) {
    const bars = (series, fill) => ({
      name: series.name, type: "bar", data: series.values, barGap: "10%", barMaxWidth: 14,
      itemStyle: { color: fill, borderRadius: [3, 3, 0, 0] },
    });
    return {
      tooltip: tooltip(look),
      legend: { top: 0, right: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: look.text } },
      grid: { top: 44, right: 8, bottom: 4, left: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: { type: "category", data: data.hours, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.text, hideOverlap: true } },
      yAxis: values(look, unit),
      series: [bars(data.opened, look.opened), bars(data.closed, look.closed)],
    };
  }

  // One bar for a category, its parts the stages from the first to the last, light to dark.
  function categories(data, look, unit) {
    return {
      tooltip: tooltip(look),
      legend: { top: 0, right: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: look.text } },
      grid: { top: 36, right: 16, bottom: 24, left: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: { ...values(look, unit), nameLocation: "middle", nameGap: 24 },
      yAxis: { type: "category", inverse: true, data: data.categories, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: look.text } },
      series: data.stages.map((stage, place) => ({
        name: stage.name, type: "bar", stack: "open", barMaxWidth: 26, data: stage.values, cursor: "pointer",
        itemStyle: { color: look.stages[place] },
      })),
    };
  }

  // What the picture says, for those who do not see it.
  function spoken(name, data) {
    const sum = (series) => series.name + " " + series.values.reduce((all, one) => all + one, 0);
    return (name === "flow" ? [data.opened, data.closed] : data.stages).map(sum).join(", ");
  }

  const drawings = { flow, categories };
  for (const box of document.querySelectorAll("[data-chart]")) {
    const title = box.getAttribute("aria-label");
    let chart = null;
    let data = null;
    const draw = () => {
      if (!data) return;
      if (!chart) {
        box.replaceChildren();
        chart = echarts.init(box, null, { renderer: "svg" });
        chart.on("click", (event) => { if (box.dataset.chart === "categories") location.assign(data.addresses[event.dataIndex]); });
        new ResizeObserver(() => chart.resize()).observe(box);
      }
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      chart.setOption({ animation: !calm, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, ...drawings[box.dataset.chart](data, colors(), box.dataset.unit) });
      box.setAttribute("aria-label", title + ": " + spoken(box.dataset.chart, data));
    };
    const refresh = () => read(box.dataset.src).then((fresh) => { data = fresh; draw(); }).catch(() => {
      if (chart) return; // an old chart says more than an apology
      box.replaceChildren(Object.assign(document.createElement("p"), { className: "chart-note", textContent: box.dataset.failed }));
    });
    refresh();
    setInterval(refresh, Number(box.dataset.seconds) * 1000);
    document.addEventListener("kesu:theme", draw);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  }
})();
