// Asks the gateway, never the engine; stops when nobody looks, and after five minutes.
(() => {
  const line = document.querySelector("[data-wait]");
  if (!line) return;
  let end = Date.now() + 300000;
  let timer = 0;
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  };
  const ask = async (signed) => {
    if (document.hidden && !signed) return;
    if (signed) end = Math.max(end, Date.now() + 60000);
    if (Date.now() > end) {
      line.textContent = line.dataset.stopped;
      return;
    }
    try {
      const answer = await fetch(line.dataset.wait + (signed ? "&signed=1" : ""), { headers: { accept: "application/json" }, cache: "no-store" });
      const { state, after } = await answer.json();
      if (state === "go") {
        line.textContent = line.dataset.going;
        location.replace(location.pathname + location.search);
        return;
      }
      later(answer.status === 429 ? 60000 : Math.max(2000, after || 4000));
    } catch {
      later(15000);
    }
  };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden) later(500);
  });
  document.addEventListener("signed", () => {
    clearTimeout(timer);
    ask(true);
  });
  later(3000);
})();
