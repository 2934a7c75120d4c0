// What everybody must be able to do with a page, measured in the page itself.

/** Texts whose contrast with what is behind them is less than WCAG 2.2 asks of small text (1.4.3): 4.5. */
export function faintTexts(page) {
  return page.evaluate(() => {
    const channels = (color) => color.match(/[\d.]+/g).map(Number);
    const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = ([red, green, blue]) => {
      const [r, g, b] = [red, green, blue].map((value) => linear(value / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (node) => {
      for (let at = node; at; at = at.parentElement) {
        const color = channels(getComputedStyle(at).backgroundColor);
        if (color[3] === undefined || color[3] === 1) return color;
        if (color[3] !== 0) throw new Error(`the background of ${at.outerHTML.slice(0, 80)} lets something through`);
      }
      throw new Error("the page has no background");
    };
    const ratio = (one, other) => {
      const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      return (light + 0.05) / (dark + 0.05);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint = [];
    let seen = 0;
    while (texts.nextNode()) {
      const node = texts.currentNode.parentElement;
      if (texts.currentNode.data.trim() === "" || !node.checkVisibility()) continue;
      seen += 1;
      const found = ratio(channels(getComputedStyle(node).color), behind(node));
      if (found < 4.5) faint.push(`${found.toFixed(2)} ${texts.currentNode.data.trim()}`);
    }
    if (seen < 20) throw new Error("there is hardly any text to look at");
    return faint;
  });
}

/** What is wrong with the page's structure, in words. */
export function structuralFaults(page) {
  return page.evaluate(() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const shown = (node) => node.outerHTML.slice(0, 80);
    const ids = all("[id]").map(({ id }) => id);
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `two elements have the id ${id}`);
    const references = ["aria-labelledby", "aria-describedby"].flatMap((name) =>
      all(`[${name}]`).flatMap((node) => node.getAttribute(name).split(" ").map((id) => [node, id])),
    );
    const dangling = references.filter(([, id]) => !document.getElementById(id)).map(([node, id]) => `${id}: ${shown(node)}`);
    const isNamed = (node) =>
      node.labels?.length > 0 || node.hasAttribute("aria-label") || (node.localName === "button" && node.innerText);
    const nameless = all("input, select, button").filter((node) => !isNamed(node)).map((node) => `no name: ${shown(node)}`);
    // Somebody who speaks to the page says what he sees (2.5.3).
    const unlike = all("button[aria-label]")
      .filter((node) => !node.getAttribute("aria-label").startsWith(node.textContent))
      .map((node) => `named otherwise than it looks: ${shown(node)}`);
    const levels = all("h1, h2, h3, h4").map(({ localName }) => Number(localName[1]));
    const skipped = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1).map((level) => `h${level} too soon`);
    const pictures = all("img:not([alt])").map((node) => `no alternative: ${shown(node)}`);
    return [...twice, ...dangling, ...nameless, ...unlike, ...skipped, ...pictures];
  });
}

/** How many pixels the page is wider than its window. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Buttons and fields smaller than a finger needs (2.5.8), as far as they are shown. */
export function smallTargets(page) {
  return page.evaluate(() => {
    const targets = [...document.querySelectorAll("button, input, select, summary")].filter((node) => node.checkVisibility());
    return targets.filter((node) => node.getBoundingClientRect().height < 24).map((node) => node.outerHTML.slice(0, 80));
  });
}

/**
 * Presses a key until the keyboard is on what `selector` finds.
 * @throws where it never gets there, or a stop on the way shows no focus.
 */
export async function press(page, key, selector) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press(key);
    const [isThere, isShown, what] = await page.evaluate((selector) => {
      const node = document.activeElement;
      return [node.matches(selector), getComputedStyle(node).outlineStyle !== "none", node.outerHTML.slice(0, 80)];
    }, selector);
    if (!isShown && what.slice(0, 5) !== "<body") throw new Error(`focus is not shown on ${what}`);
    if (isThere) return;
  }
  throw new Error(`${key} never leads to ${selector}`);
}
