/* Only during an attack: the small calculation that the gate asks for (docs/decisions/0010-card-testing.md).
   It runs beside the page while its owner fills in the form. The format is altcha's, proof of work v2. */
(() => {
  "use strict";

  const field = document.querySelector("[data-proof]");
  if (!field || !window.crypto?.subtle) return; // then the page goes on saying what to do instead

  const form = field.form;
  const says = form.querySelector("[data-proof-says]");
  const challenge = JSON.parse(field.dataset.proof);
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;

  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const start = bytes(nonce);
  const rules = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  const derive = async (counter) => {
    const password = new Uint8Array(start.length + 4);
    password.set(start);
    new DataView(password.buffer).setUint32(start.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    return hex(await crypto.subtle.deriveBits(rules, key, keyLength * 8));
  };

  const solve = async () => {
    for (let counter = 0; ; counter += 1) {
      const derivedKey = await derive(counter);
      if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
    }
  };

  field.value = "";
  form.querySelector("[data-proof-missing]").hidden = true;
  let pressed = null;
  solve().then((solution) => {
    field.value = btoa(JSON.stringify({ challenge, solution }));
    says.textContent = "";
    if (pressed) form.requestSubmit(pressed);
  });

  form.addEventListener("submit", (event) => {
    if (field.value) return;
    event.preventDefault();
    pressed = event.submitter;
    says.textContent = "Un instant : votre navigateur termine une vérification, puis la page de paiement s’ouvre.";
  });
})();
