/** The panel behind the gear: Slack's rules, faults on demand, and changes of the world around the app. */

import { get, post } from "./api.js";
import { el, replace } from "./dom.js";
import { faultsSection } from "./faults.js";
import { icon } from "./icons.js";
import { RULES } from "./rule_words.js";
import { giveFocusBack } from "./views.js";
import { addWords, word } from "./words.js";
import { worldSection } from "./world.js";

const SECTIONS = { rules: rulesSection, faults: faultsSection, world: worldSection };
let open = "rules";

addWords({
  "panel-close": { en: "Close", de: "Schließen" },
  "panel-title": { en: "Rules, faults, world", de: "Regeln, Störungen, Welt" },
  "panel-rules": { en: "Rules", de: "Regeln" },
  "panel-faults": { en: "Faults", de: "Störungen" },
  "panel-world": { en: "World", de: "Welt" },
  "panel-rules-about": {
    en: "As strict as Slack. What is switched off here, the real Slack would still refuse. An empty number sets no bound.",
    de: "So streng wie Slack. Was hier aus ist, würde das echte Slack weiter ablehnen. Eine leere Zahl setzt keine Grenze.",
  },
});
for (const [name, { title, about }] of Object.entries(RULES)) addWords({ [`rule-${name}`]: title, [`rule-${name}-about`]: about });

/** Open the panel beside the page. */
export function openRules() {
  const title = "panel-title";
  const opener = document.activeElement;
  const body = el("div", { class: "panel-body", id: "panel-body", role: "tabpanel", tabindex: "-1" });
  const tabs = Object.keys(SECTIONS).map((name) =>
    el(
      "button",
      {
        type: "button",
        role: "tab",
        class: "panel-tab",
        id: `panel-tab-${name}`,
        "aria-controls": "panel-body",
        onclick: () => show(name),
      },
      word(`panel-${name}`),
    ),
  );
  const cross = { type: "button", class: "icon-button", "aria-label": word("panel-close"), onclick: () => dialog.close() };
  const dialog = el(
    "dialog",
    { class: "panel", "aria-labelledby": title, onclose: leave, onclick: (event) => event.target === dialog && dialog.close() },
    el("header", { class: "panel-header" }, el("h1", { id: title }, word("panel-title")), el("button", cross, icon("close"))),
    el("div", { class: "panel-tabs", role: "tablist", "aria-labelledby": title, onkeydown: moveBetweenTabs }, tabs),
    body,
  );

  function leave() {
    dialog.remove();
    giveFocusBack(opener);
  }

  function show(name) {
    open = name;
    for (const tab of tabs) {
      const isChosen = tab.id === `panel-tab-${name}`;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    body.setAttribute("aria-labelledby", `panel-tab-${name}`);
    body.scrollTop = 0;
    replace(body, SECTIONS[name]());
  }

  function moveBetweenTabs(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
    next.focus();
    next.click();
  }

  show(open);
  document.body.append(dialog);
  dialog.showModal();
  tabs.find((tab) => tab.tabIndex === 0).focus();
}

/** Return a section that is filled as soon as the playground has answered. */
function rulesSection() {
  const rows = el("div", { class: "panel-rows" }, el("p", { class: "hint-text" }, word("loading")));
  const trouble = el("p", { class: "error-text", role: "alert" });
  get("rules").then(
    ({ rules }) => replace(rows, Object.entries(rules).map(([name, value]) => rule(name, value, trouble))),
    (problem) => replace(rows, el("p", { class: "error-text" }, problem.message)),
  );
  return [el("p", { class: "hint-text" }, word("panel-rules-about")), trouble, rows];
}

function rule(name, value, trouble) {
  const isKnown = name in RULES;
  const id = `rule-${name}`;
  const isSwitch = typeof value === "boolean";
  const about = isKnown ? el("p", { class: "hint-text", id: `${id}-about` }, word(`rule-${name}-about`)) : null;
  const kind = isSwitch
    ? { type: "checkbox", role: "switch", class: "switch" }
    : { type: "number", class: "input panel-number", min: "0", step: "any", value: String(value ?? "") };
  const control = el("input", { ...kind, id, "aria-describedby": about?.id, onchange: () => change() });
  if (isSwitch) control.checked = value;

  async function change() {
    if (!isSwitch && !control.reportValidity()) return;
    const number = control.value === "" ? null : Number(control.value);
    try {
      await post("rules", { [name]: isSwitch ? control.checked : number });
      trouble.textContent = "";
    } catch (problem) {
      trouble.textContent = problem.message;
      if (isSwitch) control.checked = !control.checked;
    }
  }

  const label = el("label", { for: id }, isKnown ? word(`rule-${name}`) : name);
  return el(
    "div",
    { class: "panel-row" },
    el("div", { class: "panel-words" }, label, isKnown ? el("code", {}, name) : null, about),
    control,
  );
}
