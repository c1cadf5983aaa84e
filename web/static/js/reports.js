// Draws the trend of satisfaction over the picture that the page already has, with tooltips and a way to the answers.
(function () {
  "use strict";
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function option(data) {
    const quiet = color("--kesu-quiet"), line = color("--tblr-border-color"), accent = color("--kesu-accent");
    const bars = data.values.map((_value, place) => [place, data.low[place], data.high[place]]).filter((bar) => bar[1] !== null);
    const spoken = (items) => {
      const place = items[0].dataIndex;
      const interval = data.low[place] === null ? "" : "\n" + data.interval + " " + data.low[place] + "–" + data.high[place];
      const value = data.values[place] === null ? "—" : data.values[place];
      return data.labels[place] + "\n" + data.name + " " + value + interval + "\n" + data.counts.name + " " + data.counts.values[place];
    };
    const whisker = (_parameters, api) => {
      const low = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)]);
      const stroke = { stroke: quiet, lineWidth: 1 };
      const stretch = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: stroke });
      return { type: "group", children: [
        stretch(low[0], low[1], high[0], high[1]), stretch(low[0] - 4, low[1], low[0] + 4, low[1]), stretch(high[0] - 4, high[1], high[0] + 4, high[1]),
      ] };
    };
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, formatter: spoken, backgroundColor: color("--tblr-bg-surface"), borderColor: line, textStyle: { color: color("--tblr-body-color") } },
      grid: { top: 20, right: 12, bottom: 4, left: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: { type: "category", data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: quiet, hideOverlap: true } },
      yAxis: { type: "value", min: 20, max: 100, splitLine: { lineStyle: { color: line } }, axisLabel: { color: quiet } },
      series: [
        { type: "line", data: data.values, symbol: "circle", symbolSize: 8, showSymbol: true, cursor: "pointer", itemStyle: { color: accent }, lineStyle: { width: 2, color: accent }, label: { show: true, color: quiet, formatter: (point) => Math.round(point.value) } },
        { type: "custom", data: bars, renderItem: whisker, silent: true, z: 1 },
      ],
    };
  }

  for (const box of document.querySelectorAll("[data-trend]")) {
    fetch(box.dataset.trend, { headers: { Accept: "application/json" } })
      .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then((data) => {
        box.replaceChildren();
        box.classList.add("is-live");
        const chart = echarts.init(box, null, { renderer: "svg" });
        const draw = () => chart.setOption(option(data), true);
        draw();
        chart.on("click", (event) => { if (event.seriesType === "line") location.assign(data.addresses[event.dataIndex]); });
        new ResizeObserver(() => chart.resize()).observe(box);
        document.addEventListener("kesu:theme", draw);
        window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
      })
      .catch(() => {}); // the page's own picture stays
  }
})();
