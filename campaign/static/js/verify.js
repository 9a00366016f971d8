/* Checks the PDF of a receipt without sending it: only its SHA-256 leaves the browser. */
(() => {
  "use strict";

  const form = document.querySelector("[data-verify]");
  if (!form || !window.crypto?.subtle) return; // then the page goes on saying to type number and code

  const chosen = form.querySelector('input[type="file"]');
  const says = form.querySelector("[data-verify-says]");
  const mostBytes = 10_000_000;

  document.querySelector("[data-verify-missing]").hidden = true;
  form.hidden = false;

  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const check = async (file) => {
    if (file.size > mostBytes) {
      says.textContent = "Ce fichier est trop gros pour être un de nos reçus.";
      return;
    }
    says.textContent = "Un instant : votre navigateur lit le fichier…";
    try {
      const bytes = await file.arrayBuffer();
      if (new TextDecoder().decode(bytes.slice(0, 5)) !== "%PDF-") {
        says.textContent = "Ce fichier n’est pas un PDF. Choisissez celui que vous avez reçu par e-mail.";
        return;
      }
      form.elements.empreinte.value = hex(await crypto.subtle.digest("SHA-256", bytes));
    } catch {
      says.textContent = "Votre navigateur n’a pas pu lire ce fichier. Essayez avec le numéro et le code.";
      return;
    }
    chosen.value = "";
    form.submit();
  };

  chosen.addEventListener("change", () => {
    if (chosen.files.length) check(chosen.files[0]);
  });

  /* Dropped beside the field, the browser would leave the page and open the file. */
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("verify-file--over");
  });
  document.addEventListener("dragleave", () => form.classList.remove("verify-file--over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("verify-file--over");
    if (event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
  });
})();
