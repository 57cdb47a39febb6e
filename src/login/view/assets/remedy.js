// Puts a button where an app of the device can mend what is missing; where no app answers, what stood there before.
(() => {
  for (const place of document.querySelectorAll("[data-remedy]")) {
    const { origins, timeout, path } = JSON.parse(place.dataset.remedy);
    const instead = [...place.childNodes];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = place.dataset.label;
    const line = document.createElement("span");
    line.className = "hint";
    line.setAttribute("role", "status");
    place.replaceChildren(button, " ", line);
    const ask = async (url) => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(timeout), cache: "no-store" });
      if (!answer.ok) throw answer;
    };
    const mended = async () => {
      for (const origin of origins) {
        try {
          await ask(origin + "/probe");
          await ask(origin + path);
          return true;
        } catch {}
      }
      return false;
    };
    let asking = false;
    button.addEventListener("click", async () => {
      if (asking) return;
      asking = true;
      line.textContent = place.dataset.looking;
      if (await mended()) line.textContent = place.dataset.found;
      else {
        line.textContent = place.dataset.failed;
        place.replaceChildren(...instead, " ", line);
        // The link of the app itself, where there is one: the person has asked for it already.
        place.querySelector("a")?.click();
      }
      asking = false;
    });
  }
})();
