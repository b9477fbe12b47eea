// Keeps what somebody types in a form marked data-draft: as their draft with the council, or in this window
// alone. Enhancement only: the button "Save and come back later" works without it. docs/adr/0013-drafts.md
const PAUSE = 2000;
const AT_LATEST = 30000;
const AGAIN = 15000;
const STAYS = "What you typed is still on this page.";

const form = document.querySelector("form[data-draft]");
const names = form?.dataset.draftFields.split(" ") ?? [];

const clock = (at) => {
  const hours = at.getHours();
  const minutes = at.getMinutes() ? `:${String(at.getMinutes()).padStart(2, "0")}` : "";
  return `${hours % 12 || 12}${minutes}${hours < 12 ? "am" : "pm"}`;
};
const mark = () => {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const text = bytes.map((one) => one.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};
// What the form declares, and no file.
const typed = () => {
  const all = new FormData(form);
  return names.flatMap((name) => all.getAll(name).map((value) => [name, value]));
};
const element = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
const button = (text, press) => {
  const made = element("button", "govuk-button govuk-button--secondary eh-draft__button", text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
};

// One line above the buttons. It is read out when something changes for the person, not at every saving.
const line = () => {
  const shown = element("p", "govuk-hint eh-draft__line");
  const heard = element("p", "govuk-visually-hidden");
  heard.setAttribute("role", "status");
  const buttons = form.querySelector(".govuk-button-group");
  buttons.before(shown, heard);
  let state = "";
  return (now, words, ...more) => {
    if (now !== state || now === "trouble") heard.textContent = words;
    state = now;
    shown.classList.toggle("eh-draft__line--trouble", now === "trouble");
    shown.replaceChildren(words, ...more);
  };
};

// Calls `keep` after a pause in the typing, and when the page is left.
const watch = (keep, start = false) => {
  let timer, since;
  const soon = () => {
    since ??= Date.now();
    clearTimeout(timer);
    timer = setTimeout(() => { since = undefined; keep(); }, Math.max(0, Math.min(PAUSE, since + AT_LATEST - Date.now())));
  };
  form.addEventListener("input", (event) => { if (names.includes(event.target.name)) soon(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(true); });
  window.addEventListener("pagehide", () => keep(true));
  if (start) soon();
  return soon;
};

const withTheCouncil = () => {
  const say = line();
  const seen = form.elements.draft_seen;
  let dirty = form.dataset.draftTyped === "yes";
  let stopped = false;
  let tried = [];
  let under;

  const body = (next) => {
    const data = new FormData();
    for (const [name, value] of typed()) if (typeof value === "string") data.append(name, value);
    for (const name of ["csrfmiddlewaretoken", "version"]) {
      if (form.elements[name]) data.append(name, form.elements[name].value);
    }
    data.append("draft_path", form.dataset.draftPath);
    data.append("draft_seen", seen.value);
    for (const one of tried) data.append("draft_tried", one);
    data.append("draft_mark", next);
    return data;
  };
  const trouble = (words, ...more) => say("trouble", words, ...more);
  const later = (words) => {
    dirty = true;
    trouble(words);
    setTimeout(keep, AGAIN);
  };
  const another = ({ words, mark: newer }) => {
    stopped = true;
    const here = button("Keep what is on this page", () => {
      seen.value = newer;
      [tried, stopped, dirty] = [[], false, true];
      keep();
    });
    trouble(`${words} `, here);
  };
  const heard = async (answer) => {
    if (answer.ok) {
      const { words, mark: saved } = await answer.json();
      seen.value = saved;
      tried = [];
      say(words ? "saved" : "nothing", words);
    } else if (answer.status === 409) another(await answer.json());
    else if (answer.status === 400) trouble((await answer.json()).words);
    else if (answer.status === 429 || answer.status >= 500) later(`Not saved yet. ${STAYS}`);
    else if (answer.status === 404) trouble(`Not saved: you can no longer do this. ${STAYS}`);
    else trouble(`Not saved: you were signed out. ${STAYS} When you send it, you are asked to sign in, and it is kept.`);
  };
  const keep = async (leaving = false) => {
    if (!dirty || stopped) return;
    if (under && !leaving) return void setTimeout(keep, PAUSE);
    dirty = false;
    const next = mark();
    const data = body(next);
    tried.push(next);
    under = new AbortController();
    try {
      await heard(await fetch(form.dataset.draftAddress, { method: "POST", body: data, keepalive: leaving, redirect: "manual", signal: under.signal }));
    } catch (error) {
      if (error.name !== "AbortError") later(`Not saved: you are offline. ${STAYS}`);
    } finally {
      under = undefined;
    }
  };
  form.addEventListener("input", () => { dirty = true; });
  // What is being sent is no draft any more. Where the Back button leads here again, it is one.
  form.addEventListener("submit", () => { stopped = true; under?.abort(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });
  window.addEventListener("online", () => keep());
  watch(keep, dirty);
};

const inThisWindow = () => {
  const key = `draft:${form.dataset.draftPath}`;
  const whose = form.dataset.draftWhose;
  const seen = form.elements.draft_seen;
  let store;
  try {
    store = window.sessionStorage;
  } catch {
    return;
  }
  const found = JSON.parse(store.getItem(key) ?? "null");
  const say = line();
  let dirty = false;

  const put = (more = {}) => {
    const fields = typed().filter(([, value]) => typeof value === "string");
    try {
      store.setItem(key, JSON.stringify({ whose, fields, seen: seen.value, begun, ...more }));
      say("saved", "Kept in this window until you close it or sign out.");
    } catch {
      say("trouble", `Not kept: this browser has no room. ${STAYS}`);
    }
  };
  const isChanged = (one) => {
    if (one.type === "radio" || one.type === "checkbox") return one.checked !== one.defaultChecked;
    return one.tagName === "SELECT" ? one.selectedIndex > 0 : one.value !== one.defaultValue;
  };
  const fill = (fields) => {
    for (const one of form.elements) {
      if (!names.includes(one.name) || one.type === "file") continue;
      const values = fields.filter(([name]) => name === one.name).map(([, value]) => value);
      if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
      else one.value = values[0] ?? "";
      if (isChanged(one)) one.closest("details")?.setAttribute("open", "");
    }
  };
  const banner = () => {
    const box = element("div", "govuk-inset-text eh-draft");
    const at = new Date(found.begun);
    const day = at.toDateString() === new Date().toDateString() ? "" : ` on ${at.getDate()} ${at.toLocaleString("en-GB", { month: "long" })}`;
    box.append(
      element("p", "govuk-body", `You began this${day} at ${clock(at)}, in this window. What you typed is below. Nothing has been sent.`),
      button("Delete it", () => { store.removeItem(key); stopped = true; form.reset(); window.location.reload(); }),
    );
    form.before(box);
  };
  let begun = Date.now();
  let stopped = false;
  if (found && found.whose !== whose) store.removeItem(key);
  // Never over what was sent a moment ago, another draft, or what the address fills in.
  else if (found && form.dataset.draftTyped !== "yes" && found.seen === seen.value && !window.location.search) {
    begun = found.begun;
    fill(found.fields);
    document.querySelector(".eh-draft")?.remove();
    banner();
  }
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { if (dirty || found) put({ sent: true }); stopped = true; });
  window.addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });
  watch(() => {
    if (!dirty || stopped) return;
    dirty = false;
    put();
  });
};

if (form?.dataset.draft === "server") withTheCouncil();
if (form?.dataset.draft === "window") inThisWindow();
