// What is judged of a page inside the browser. It is put into each document, before the page's own scripts, after
// axe-core; every function hands back complaints, as sentences.
globalThis.judge = (() => {
  const STOPS = "a[href],button,input:not([type=hidden]),select,textarea,summary,iframe,[tabindex='0']";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const named = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });

  // WCAG 2.0 to 2.2, A and AA, by axe-core.
  const axed = async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    // The pseudo language is none that anybody has registered, and only for tests.
    const pseudo = document.documentElement.lang === "xx-AC";
    const found = await axe.run(document, {
      rules: { "html-lang-valid": { enabled: !pseudo } },
      runOnly: { type: "tag", values: tags },
      resultTypes: ["violations"],
      iframes: false,
    });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any, all, none }) => {
        const why = [...any, ...all, ...none].map(({ message }) => message).join("; ");
        return `axe ${id}: ${why}: ${html.slice(0, 140)}`;
      }));
  };

  const built = () => {
    const complaints = [];
    const one = (selector) => {
      const count = all(selector).length;
      if (count !== 1) complaints.push(`${count} of ${selector}`);
      return document.querySelector(selector);
    };
    one("main");
    const heading = one("h1")?.textContent.trim();
    if (!heading) complaints.push("an h1 that says nothing");
    if (!document.title.includes(heading)) complaints.push(`the title ${document.title} does not say ${heading}`);
    const problem = document.querySelector("#problem");
    if (problem && document.title.startsWith(heading)) complaints.push(`the title ${document.title} says no error`);
    if (problem && problem !== document.querySelector("main").firstElementChild) complaints.push("the summary is not first");
    if (problem?.querySelectorAll("a[href^='#']").length) {
      for (const link of all("#problem a[href^='#']"))
        if (!document.getElementById(link.hash.slice(1))) complaints.push(`the summary leads nowhere: ${named(link)}`);
    }
    for (const element of all("style,script:not([src]),[style]")) complaints.push(`inline: ${named(element)}`);
    for (const element of all("*"))
      for (const { name } of element.attributes) if (name.startsWith("on")) complaints.push(`a handler: ${named(element)}`);
    for (const element of all("[tabindex]"))
      if (element.tabIndex > 0) complaints.push(`a tabindex of its own: ${named(element)}`);
    for (const element of all("[placeholder]")) complaints.push(`a placeholder: ${named(element)}`);
    return complaints;
  };

  // 1.4.10: nothing beyond the sides. The link that skips stands above the page until it has the focus.
  const sideways = () => {
    const complaints = [];
    const width = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth > width) complaints.push(`scrolls sideways: ${document.scrollingElement.scrollWidth} > ${width}`);
    for (const element of all("body *")) {
      const { left, right } = element.getBoundingClientRect();
      if (seen(element) && (left < -0.5 || right > width + 0.5)) complaints.push(`beyond the side: ${named(element)}`);
    }
    return complaints;
  };

  // 2.5.8: links within a sentence are excepted; a box is pressed by its label too.
  const targets = () => {
    const small = all(STOPS).filter((element) => {
      if (!seen(element) || element.matches("iframe,.skip")) return false;
      if (element.matches("p a, #problem li a") && !element.matches(".button")) return false;
      const boxes = [element, ...(element.labels ?? [])].map((box) => box.getBoundingClientRect());
      return !boxes.some(({ width, height }) => width >= 24 && height >= 24);
    });
    return small.map((element) => `below 24 px: ${named(element)}`);
  };

  // 1.4.12: with more space between everything, all text stays within the box that it stands in, and nothing scrolls.
  const spaced = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-block-end:2em!important}");
    const own = document.adoptedStyleSheets;
    document.adoptedStyleSheets = [...own, sheet];
    const complaints = sideways();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (texts.nextNode()) {
      const box = texts.currentNode.parentElement.closest("button,.button,.providers a,.chip,.note,.problem,main,header,footer");
      if (!box || !seen(texts.currentNode.parentElement) || texts.currentNode.parentElement.matches("option,noscript")) continue;
      range.selectNodeContents(texts.currentNode);
      const text = range.getBoundingClientRect();
      const around = box.getBoundingClientRect();
      const out = text.left < around.left - 1 || text.right > around.right + 1 || text.top < around.top - 1 || text.bottom > around.bottom + 1;
      if (text.width && !box.matches("button.link") && out) complaints.push(`cut: ${texts.currentNode.data.trim()} in ${named(box)}`);
    }
    document.adoptedStyleSheets = own;
    return complaints.map((complaint) => `with spacing: ${complaint}`);
  };

  // Where Tab must stop, in this order: of the buttons of a radio group, one.
  const stops = () => {
    const groups = new Map();
    return all(STOPS).filter((element) => {
      if (!seen(element) || element.disabled) return false;
      if (element.type !== "radio") return true;
      const group = `${element.form?.outerHTML.length} ${element.name}`;
      const checked = all(`input[type=radio][name='${element.name}']`, element.form ?? document).find((radio) => radio.checked);
      if (checked) return checked === element;
      return !groups.has(group) && groups.set(group, element);
    });
  };

  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const behind = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };

  // 2.4.7, 2.4.11, 1.4.11: a ring of 2 px or more, at 3:1 to what is behind it, and nothing before the element.
  const ringed = (element) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    if (element.matches("iframe")) return [];
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) return [`no ring: ${named(element)}`];
    const [one, other] = [luminance(channels(outlineColor)), luminance(behind(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const complaints = contrast < 3 ? [`a ring of ${contrast.toFixed(2)}:1: ${named(element)}`] : [];
    const { left, top, width, height } = element.getBoundingClientRect();
    const at = document.elementFromPoint(left + Math.min(width / 2, 40), top + height / 2);
    if (!at || !(element.contains(at) || at.contains(element))) complaints.push(`covered: ${named(element)} by ${at && named(at)}`);
    return complaints;
  };

  // The walk: begun here at the first stop, gone on by real keys, judged at each next key when all has settled.
  let expected = [];
  let visited = [];
  let complaints = [];
  const note = (event) => {
    if (event.key !== "Tab") return;
    const element = document.activeElement;
    visited.push(element);
    if (visited.length <= expected.length) complaints.push(...ringed(element));
  };
  const begin = () => {
    [expected, visited, complaints] = [stops(), [], []];
    document.addEventListener("keydown", note, true);
    document.querySelector("a.skip").focus({ focusVisible: true });
    return expected.length;
  };
  const end = () => {
    document.removeEventListener("keydown", note, true);
    const wrong = expected.findIndex((element, at) => visited[at] !== element);
    if (wrong >= 0) complaints.push(`Tab came to ${visited[wrong] && named(visited[wrong])} instead of ${named(expected[wrong])}`);
    if (document.activeElement === expected.at(-1)) complaints.push(`no way out of ${named(expected.at(-1))}`);
    return complaints;
  };

  const wide = async () => [...built(), ...targets(), ...(await axed())];
  const narrow = async () => [...sideways(), ...targets(), ...spaced(), ...(await axed())];
  return { wide, narrow, dark: axed, begin, end };
})();
