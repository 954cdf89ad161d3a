/* What htmx does not do: files that say how far they are and can be cancelled, questions before a deletion, and the
   copying of a new key. Everything here works without it too, only less kindly. */
"use strict";

(() => {
  /** A line under the button: what is happening, and a way out of it. */
  function statusLine(link) {
    const group = link.closest(".downloads") || link.parentElement;
    const old = group.querySelector(".download-status");
    if (old) old.remove();
    const line = document.createElement("p");
    line.className = "download-status";
    line.setAttribute("role", "status");
    group.append(line);
    return line;
  }

  function fileName(answer, fallback) {
    const named = /filename="?([^";]+)"?/.exec(answer.headers.get("Content-Disposition") || "");
    return named ? named[1] : fallback;
  }

  async function reasonOf(answer) {
    try {
      const problem = await answer.json();
      return problem.detail || problem.title;
    } catch {
      return `The server answered ${answer.status}.`;
    }
  }

  function save(blob, name) {
    const address = URL.createObjectURL(blob);
    const anchor = document.createElement("a");
    anchor.href = address;
    anchor.download = name;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  async function download(link) {
    const label = link.textContent.trim();
    const line = statusLine(link);
    const abort = new AbortController();
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.className = "small";
    cancel.textContent = "Cancel";
    cancel.addEventListener("click", () => abort.abort());
    line.append(`Preparing ${label} … `, cancel);
    try {
      const answer = await fetch(link.href, { signal: abort.signal });
      if (!answer.ok) throw new Error(await reasonOf(answer));
      save(await answer.blob(), fileName(answer, link.dataset.download));
      line.textContent = `${label} is downloaded.`;
    } catch (error) {
      const why = error.name === "AbortError" ? "Cancelled." : error.message;
      line.textContent = error instanceof TypeError ? "The server cannot be reached; try again." : why;
      line.classList.toggle("failed", error.name !== "AbortError");
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-download]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      download(link);
    }
    const copy = event.target.closest("button[data-copy]");
    if (copy) {
      const source = document.getElementById(copy.dataset.copy);
      source.select();
      navigator.clipboard.writeText(source.value).then(() => {
        copy.textContent = "Copied";
      });
    }
  });

  document.addEventListener("click", (event) => {
    const form = event.target.closest("button[data-abort]")?.closest("form");
    if (form) window.htmx.trigger(form, "htmx:abort");
  });

  /** After a run the reading goes on at the result, or at the first field that is wrong. */
  const results = { bench: "result", import: "import-result", matches: "matches", study: "study" };
  document.addEventListener("htmx:afterSettle", (event) => {
    const result = results[event.detail.elt.id];
    if (!result) return;
    const wrong = event.detail.elt.querySelector("[aria-invalid=true]");
    (wrong ?? document.getElementById(result)).focus({ preventScroll: true });
  });

  /** A file that is too large is refused before it is sent. */
  document.addEventListener("change", (event) => {
    const most = Number(event.target.dataset?.maxBytes);
    if (!most) return;
    const size = event.target.files[0]?.size ?? 0;
    const words = `This file has ${Math.ceil(size / 1048576)} MB; ${most / 1048576} MB are allowed.`;
    event.target.setCustomValidity(size > most ? words : "");
    event.target.reportValidity();
  });

  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  /** The server cannot be reached at all: htmx has nothing to show, so say it. */
  document.addEventListener("htmx:sendError", () => {
    const place = document.getElementById("messages");
    if (!place || place.querySelector(".unreachable")) return;
    const line = document.createElement("p");
    line.className = "message error unreachable";
    line.textContent = "Barline cannot be reached. Check the connection, then try again.";
    place.append(line);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) document.querySelectorAll(".unreachable").forEach((line) => line.remove());
  });
})();
