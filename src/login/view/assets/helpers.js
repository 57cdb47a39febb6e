// Puts in what only a script can do: show what is typed, copy a secret.
(() => {
  const words = document.body.dataset;
  const button = (text) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "link";
    made.textContent = text;
    return made;
  };
  for (const input of document.querySelectorAll("input[data-show]")) {
    const show = button(words.show);
    show.setAttribute("aria-label", input.dataset.show);
    show.setAttribute("aria-pressed", "false");
    show.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      show.setAttribute("aria-pressed", String(shown));
    });
    input.after(show);
    input.form.addEventListener("submit", () => (input.type = "password"));
  }
  for (const code of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break;
    const copy = button(words.copy);
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText((code.value ?? code.textContent).trim());
      copy.textContent = words.copied;
    });
    code.after(" ", copy);
  }
})();
