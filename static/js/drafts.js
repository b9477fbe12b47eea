// Keeps what somebody types in a form marked data-draft: as their draft with the council, or in this window
// alone. Enhancement only: the button "Save and come back later" works without it. docs/adr/0013-drafts.md
const PAUSE = 2000;
const AT_LATEST = 30000;
const AGAIN = 15000;
const OWN = 5;
// What a browser takes along when the page is left: 64 kB in all.
const TAKEN_ALONG = 60000;
const STAYS = "What you typed is still on this page.";

const form = document.querySelector("form[data-draft]");
const names = form?.dataset.draftFields.split(" ") ?? [];
const signOut = document.querySelector(".eh-account form");

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

// What is sent off line ends on a page of the browser's, and the words with it.
const heldOffLine = (event, say) => {
  if (navigator.onLine) return false;
  event.preventDefault();
  say("trouble", `Not sent: you are offline. ${STAYS} Press the button again when you are back online.`);
  return true;
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
  const unanswered = form.elements.draft_tried;
  let dirty = form.dataset.draftTyped === "yes";
  let stopped = false;
  let tried = unanswered.value.split(" ").filter(Boolean);
  let under = 0;
  // The button for later has nothing to do where this file saves.
  form.classList.add("eh-drafted");

  // They go with the form too: what is sent is no draft, whether or not its saving was answered.
  const trying = (marks) => {
    tried = marks;
    unanswered.value = tried.join(" ");
  };

  const body = (next) => {
    const data = new FormData();
    for (const [name, value] of typed()) if (typeof value === "string") data.append(name, value);
    for (const name of ["csrfmiddlewaretoken", "acting_as", "version"]) {
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
    // Its own later saving, sent again as the page was hidden, was there first: no other window's.
    if (newer && tried.includes(newer)) return;
    stopped = true;
    const here = button("Keep what is on this page", () => {
      seen.value = newer;
      trying([]);
      [stopped, dirty] = [false, true];
      // The button goes with the line that it stands in.
      form.querySelector("textarea")?.focus();
      keep();
    });
    trouble(`${words} `, here);
  };
  const heard = async (answer) => {
    if (answer.ok) {
      const { words, mark: saved } = await answer.json();
      seen.value = saved;
      // Two can be under way, and be answered in any order: both are this page's own.
      trying(tried.slice(-OWN));
      say(words ? "saved" : "nothing", words);
    } else if (answer.headers.get("Evenhand-Refused") === "capacity") trouble(`Not saved: you changed what you act as in another window. ${STAYS}`);
    else if (answer.status === 409) another(await answer.json());
    else if (answer.status === 400) trouble((await answer.json()).words);
    else if (answer.status === 429 || answer.status >= 500) later(`Not saved yet. ${STAYS}`);
    else if (answer.headers.get("Evenhand-Refused") === "token") trouble("Not saved: you signed in again in another window. Copy your words and open this page again.");
    else if (answer.status === 404) trouble(`Not saved: you can no longer do this. ${STAYS}`);
    else trouble(`Not saved: you were signed out. ${STAYS} When you send it, you are asked to sign in, and it is kept.`);
  };
  const keep = async (leaving = false) => {
    // One that is under way ends with the page: it is sent again, to go on without it.
    if (stopped || !(dirty || (leaving && under))) return;
    if (under && !leaving) return void setTimeout(keep, PAUSE);
    dirty = false;
    const next = mark();
    const data = body(next);
    trying([...tried, next]);
    under += 1;
    try {
      const keepalive = leaving && new Blob([...data.values()]).size < TAKEN_ALONG;
      await heard(await fetch(form.dataset.draftAddress, { method: "POST", body: data, keepalive, redirect: "manual" }));
    } catch {
      later(`Not saved: you are offline. ${STAYS}`);
    } finally {
      under -= 1;
    }
  };
  form.addEventListener("input", () => { dirty = true; });
  // It is saved once more on its way, for a sending that fails; the marks go with it, so what is sent is no
  // draft any more. Where the Back button leads here again, it is one.
  form.addEventListener("submit", (event) => {
    if (heldOffLine(event, say)) return;
    keep(true);
    stopped = true;
  });
  // Nobody saves anything once they are signed out, so that waits for the last words, and not for long.
  signOut?.addEventListener("submit", async (event) => {
    if (stopped || !(dirty || under)) return;
    event.preventDefault();
    // Pressed twice: it waits already.
    if (signOut.dataset.sent) return;
    signOut.dataset.sent = "yes";
    await Promise.race([keep(true), new Promise((done) => { setTimeout(done, PAUSE); })]);
    stopped = true;
    signOut.submit();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });
  window.addEventListener("online", () => keep());
  watch(keep, dirty);
};

const inThisWindow = () => {
  // What the address fills in, what goes on from a draft, and what is for another member are other enquiries:
  // each has its own place.
  const { draftPath, draftCapacity } = form.dataset;
  const key = `draft:${draftPath}${window.location.search}#${draftCapacity} ${form.elements.draft_seen.value}`;
  const never = form.dataset.draftNever.split(" ");
  const whose = form.dataset.draftWhose;
  let store;
  try {
    store = window.sessionStorage;
  } catch {
    return;
  }
  for (const one of Object.keys(store).filter((name) => name.startsWith("draft:"))) {
    if (JSON.parse(store.getItem(one)).whose !== whose) store.removeItem(one);
  }
  const found = JSON.parse(store.getItem(key) ?? "null");
  const say = line();
  const drawnAgain = form.dataset.draftTyped === "yes";
  let dirty = false;
  // Never to be kept again, whatever the Back button brings.
  let gone = false;

  // What the council turns away before anything is saved is not kept here either.
  const isTurnedAway = () => typed().some(([name, value]) => never.includes(`${name}=${value}`));
  const put = (more = {}) => {
    if (isTurnedAway()) {
      store.removeItem(key);
      return void say("nothing", "Nothing that you typed is kept in this window.");
    }
    const fields = typed().filter(([, value]) => typeof value === "string");
    try {
      store.setItem(key, JSON.stringify({ whose, fields, begun, ...more }));
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
    const sent = found.sent ? "You pressed the button then: before you send it again, look whether it arrived." : "Nothing has been sent.";
    box.append(
      element("p", "govuk-body", `You began this${day} at ${clock(at)}, in this window. What you typed is below. ${sent}`),
      button("Delete it", () => { store.removeItem(key); stopped = true; form.reset(); window.location.reload(); }),
    );
    form.before(box);
  };
  let begun = Date.now();
  let stopped = false;
  if (found) {
    begun = found.begun;
    // It is back on the page, so it was not taken: a banner of something else must not make it go.
    if (drawnAgain) put();
    else {
      fill(found.fields);
      document.querySelector(".eh-draft")?.remove();
      banner();
      if (found.sent) put();
    }
  }
  const end = () => { [stopped, gone] = [true, true]; };
  form.addEventListener("input", () => {
    dirty = true;
    if (isTurnedAway()) put();
  });
  form.addEventListener("submit", (event) => {
    if (heldOffLine(event, say)) return;
    if (dirty || store.getItem(key)) put({ sent: Date.now() });
    if (isTurnedAway()) end();
    stopped = true;
  });
  // evenhand.js forgets it; leaving the page must not put it back.
  signOut?.addEventListener("submit", end);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && gone) window.location.reload();
    else if (event.persisted) stopped = false;
  });
  watch(() => {
    if (!dirty || stopped) return;
    dirty = false;
    put();
  });
};

if (form?.dataset.draft === "server") withTheCouncil();
if (form?.dataset.draft === "window") inThisWindow();
