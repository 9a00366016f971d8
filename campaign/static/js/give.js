/* Optional: the form does all this without a script as well, only less at once. */
(() => {
  "use strict";

  const form = document.querySelector("[data-give]");
  if (!form) return;

  const button = form.querySelector("[data-give-button]");
  const cost = form.querySelector("[data-give-cost]");
  const other = form.querySelector("#id_other_amount");
  const otherRadio = form.querySelector('input[name="amount"][value="other"]');
  const organisation = form.querySelector("#id_as_organisation");
  const monthly = form.querySelector("#id_frequency_monthly");
  const words = button.textContent;
  const each = () => (monthly?.checked ? " par mois" : "");

  /* Whole cents from what was typed, or null while it is not an amount. The server decides in the end. */
  const typedCents = () => {
    const text = other.value.replace(/[\s\u00a0\u202f€]/g, "").replace(",", ".");
    const found = /^(\d{1,7})(?:\.(\d{0,2}))?$/.exec(text);
    return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : null;
  };

  /* An amount of the other frequency is out of sight: the server would ask again. */
  const visible = (radio) =>
    !monthly || !radio.dataset.frequency || (radio.dataset.frequency === "monthly") === monthly.checked;

  const chosenCents = () => {
    const chosen = form.querySelector('input[name="amount"]:checked');
    if (!chosen || !visible(chosen)) return null;
    return chosen === otherRadio ? typedCents() : Number(chosen.dataset.cents);
  };

  const euros = (cents) => {
    const rest = cents % 100;
    const whole = String((cents - rest) / 100).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    return `${whole}${rest ? "," + String(rest).padStart(2, "0") : ""}\u00a0€`;
  };

  /* The same sum as donors/receipts/tax/reduction.py, in whole cents. */
  const costAfterTax = (cents) => {
    const within = form.dataset.ceiling ? Math.min(cents, Number(form.dataset.ceiling)) : cents;
    const hundredths = within * Number(form.dataset.rate) + (cents - within) * Number(form.dataset.beyond);
    return cents - (hundredths - (hundredths % 100)) / 100;
  };

  let timer;
  const show = () => {
    const cents = chosenCents();
    button.textContent = cents ? `Donner ${euros(cents)}${each()}` : words;
    if (!cost) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      cost.hidden = !cents || organisation.checked;
      cost.textContent = cents
        ? `Votre don de ${euros(cents)}${each()} vous coûte ${euros(costAfterTax(cents))}${each()} après réduction d’impôt, sous réserve d’être imposable.`
        : "";
    }, 400);
  };

  form.addEventListener("change", (event) => {
    if (event.target.name === "frequency") {
      const chosen = form.querySelector('input[name="amount"]:checked');
      if (chosen && !visible(chosen)) chosen.checked = false;
    }
    if (event.target.name === "amount" && event.target !== otherRadio) other.value = "";
    show();
  });
  other.addEventListener("input", () => {
    if (other.value) otherRadio.checked = true;
    show();
  });

  form.addEventListener("submit", () => {
    button.textContent = "Un instant, la page de paiement s’ouvre…";
  });
  /* Back from Stripe by the back button, the browser may load the page anew and fill in what was typed:
     then the form goes on with the gift that it began, and not with a second one. */
  const key = form.elements.form_key;
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.type === "back_forward" && history.state?.giftKey) key.value = history.state.giftKey;
  history.replaceState({ ...history.state, giftKey: key.value }, "");

  /* Also when the browser shows the page as it was left. */
  window.addEventListener("pageshow", show);
})();
