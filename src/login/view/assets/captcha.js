// Draws the configured captcha of a third party and hands its token to the form.
(() => {
  const box = document.querySelector("[data-captcha]");
  const input = box?.closest("form").querySelector('input[data-field$="captchaToken"]');
  if (!input) return;
  const options = {
    sitekey: box.dataset.sitekey,
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    callback: (token) => (input.value = token),
    "expired-callback": () => (input.value = ""),
    "error-callback": () => (box.dataset.state = "failed"),
  };
  const end = Date.now() + 15000;
  const draw = () => {
    const maker = window[box.dataset.captcha];
    if (maker?.render) {
      box.textContent = "";
      maker.render(box, options);
    } else if (Date.now() < end) setTimeout(draw, 100);
    else box.textContent = box.dataset.failed;
  };
  draw();
})();
