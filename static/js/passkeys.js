// Makes a passkey, or asks for one: what the browser answers goes into the form, which is then sent.
// The rest of the page works without it. docs/adr/0021-second-step.md
const box = document.querySelector("[data-passkey]");
const form = box?.closest("form") ?? document.getElementById(box?.dataset.form);
const button = box?.querySelector("button");
const line = box?.querySelector("[data-passkey-line]");

const say = (words) => {
  line.textContent = words;
  line.hidden = false;
};

const known = "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;

const asked = () => {
  const options = JSON.parse(document.getElementById("passkey-options").textContent).publicKey;
  return box.dataset.passkey === "make"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
};

if (box && known) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      const credential = await asked();
      form.elements.passkey.value = JSON.stringify(credential);
      form.requestSubmit();
    } catch {
      // Closed by the person, timed out, or none fits: the browser does not tell us which.
      say(box.dataset.nothing);
    }
  });
} else if (box) {
  say(box.dataset.unknown);
}
