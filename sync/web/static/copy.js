// Copy what a button names. Without this file the buttons stay hidden, and the text can be selected all the same.
"use strict";
const told = document.getElementById("copied");
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      told.textContent = `Copied: ${button.dataset.label}`;
    } catch {
      told.textContent = `${button.dataset.label} could not be copied: select the text and copy it.`;
    }
  });
}
