"use strict";
(() => {
  const form = document.getElementById("filter");
  if (form) {
    const items = [...document.querySelectorAll("[data-item]")];
    const out = form.querySelector("output");
    const has = (list, word) => !word || list === undefined || list.split(" ").includes(word);
    const apply = () => {
      const want = Object.fromEntries(new FormData(form));
      const words = want.text.toLowerCase().split(/\s+/).filter(Boolean);
      const idle = !want.stage && !want.level && !want.status && !words.length;
      const seen = { check: 0, cause: 0, line: 0 };
      const all = { check: 0, cause: 0, line: 0 };
      for (const item of items) {
        const d = item.dataset;
        const fits = has(d.stage, want.stage) && has(d.level, want.level) && has(d.status, want.status) &&
          words.every((w) => d.text.includes(w));
        item.hidden = !fits;
        all[d.item]++;
        if (fits) seen[d.item]++;
      }
      for (const box of document.querySelectorAll("main > section, .group")) {
        const inside = box.querySelectorAll("[data-item]");
        if (inside.length) box.hidden = ![...inside].some((i) => !i.hidden);
      }
      out.value = idle ? "" : `${seen.check} of ${all.check} checks, ${seen.cause} of ${all.cause} causes`;
    };
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (e) => e.preventDefault());
    form.hidden = false;
    form.reset();
  }
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const pre = button.parentElement.querySelector("pre");
      let done = true;
      try {
        await navigator.clipboard.writeText(pre.textContent);
      } catch {
        const range = document.createRange();
        range.selectNodeContents(pre);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        done = document.execCommand("copy");
      }
      button.textContent = done ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }
  const open = () => {
    const aim = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (aim && aim.tagName === "DETAILS") aim.open = true;
  };
  addEventListener("hashchange", open);
  open();
})();
