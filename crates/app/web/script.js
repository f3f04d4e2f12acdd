// Makes the pages pleasant; everything works without it. No dependency, no inline code, nothing stored here.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // 1. Forms whose answer takes the place of one region of the same page: data-live="<id of the region>".
  async function answer(event) {
    const form = event.target.closest("form[data-live]");
    if (!form || event.defaultPrevented) return;
    const region = document.getElementById(form.dataset.live);
    if (!region) return;
    event.preventDefault();
    const button = event.submitter || form.querySelector("[type=submit]");
    if (button.disabled) return;
    const label = button.textContent;
    const multipart = form.enctype === "multipart/form-data";
    const data = new FormData(form);
    // A field may be called "method": the attribute is asked for, not the property.
    const method = (form.getAttribute("method") || "get").toLowerCase();
    const get = method === "get";
    const query = new URLSearchParams(multipart && !get ? undefined : data);
    const url = new URL(form.action);
    if (get) url.search = query;
    button.disabled = true;
    if (form.dataset.wait) button.textContent = form.dataset.wait;
    region.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(url, {
        method,
        body: get ? undefined : multipart ? data : query,
        headers: { Accept: "text/html" },
        credentials: "same-origin",
      });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      // What went wrong has a page of its own, without the region.
      const fresh = page.getElementById(region.id) || page.querySelector(".soon");
      if (!fresh) throw new Error("no such region");
      region.replaceChildren(...fresh.childNodes);
      const heading = document.querySelector(".ask h1");
      if (heading && region.id === "result" && region.querySelector(".letter")) {
        const lower = document.createElement("h2");
        lower.id = heading.id;
        lower.textContent = heading.textContent;
        heading.replaceWith(lower);
      }
      document.title = page.title || document.title;
      if (get) history.replaceState(null, "", url);
      else {
        region.focus({ preventScroll: true });
        region.scrollIntoView({ block: "start" });
      }
    } catch {
      const note = document.createElement("p");
      note.className = "note bad";
      note.setAttribute("role", "alert");
      note.textContent = form.dataset.failed || "✕";
      region.replaceChildren(note);
    } finally {
      button.disabled = false;
      button.textContent = label;
      if (button.classList.contains("card")) button.replaceChildren(...button.parts);
      region.removeAttribute("aria-busy");
    }
  }
  // A card's label is made of elements: keep them, as text alone would lose them.
  for (const card of all("button.card")) card.parts = [...card.childNodes];
  document.addEventListener("submit", answer);

  // 2. Files: dropped anywhere on a form with data-drop, or pasted into it.
  for (const form of all("form[data-drop]")) {
    const input = form.querySelector("input[type=file]");
    const take = (files) => {
      const kept = new DataTransfer();
      for (const file of files) kept.items.add(file);
      input.files = kept.files;
      const fold = input.closest("details");
      if (fold) fold.open = true;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const holds = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    form.addEventListener("dragover", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      form.classList.add("over");
    });
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) form.classList.remove("over");
    });
    form.addEventListener("drop", (event) => {
      form.classList.remove("over");
      if (!holds(event)) return;
      event.preventDefault();
      take(event.dataTransfer.files);
    });
    form.addEventListener("paste", (event) => {
      const files = event.clipboardData && event.clipboardData.files;
      if (!files || !files.length || event.clipboardData.getData("text/plain")) return;
      event.preventDefault();
      take(files);
    });
  }

  // 3. Ctrl/Cmd+Enter sends the form from its text box.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.tagName === "TEXTAREA" && event.target.form) {
      event.target.form.requestSubmit();
    }
  });

  // 4. Copy buttons: <button data-copy="#id" data-done="…" hidden>, shown only where they work.
  for (const button of all("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const source = document.querySelector(button.dataset.copy);
      try {
        await navigator.clipboard.writeText("value" in source ? source.value : source.textContent.trim());
        button.textContent = button.dataset.done;
      } catch {
        getSelection().selectAllChildren(source);
      }
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  // 5. Print buttons, "choose all" boxes, confirmations.
  for (const button of all("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  for (const box of all("input[data-all]")) {
    box.closest("label").hidden = false;
    box.addEventListener("change", () => {
      for (const other of all(`input[name="${box.dataset.all}"]`, box.form)) other.checked = box.checked;
    });
  }

  // 6. A marked place leads to its explanation, also where that is folded away.
  const unfold = () => {
    const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let fold = place && place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (place) place.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", unfold);
  if (location.hash) unfold();

  addEventListener("beforeprint", () => { for (const fold of all(".letter details, .todo details")) fold.open = true; });

  // 7. Live alerts: the event carries no message text, only {"id","risk","kind_name","received"}.
  const toast = document.getElementById("toast");
  if (toast && "EventSource" in window) {
    const source = new EventSource(toast.dataset.events);
    source.addEventListener("alert", (event) => {
      const alert = JSON.parse(event.data);
      const box = document.createElement("div");
      const text = document.createElement("p");
      const open = document.createElement("a");
      const close = document.createElement("button");
      const buttons = document.createElement("div");
      text.textContent = toast.dataset.label + (alert.kind_name ? ` · ${alert.kind_name}` : "");
      open.className = "button";
      open.href = alert.id ? `/message/${encodeURIComponent(alert.id)}` : "/inbox";
      open.textContent = toast.dataset.open;
      close.type = "button";
      close.textContent = toast.dataset.close;
      close.addEventListener("click", () => box.remove());
      buttons.className = "buttons";
      buttons.append(open, close);
      box.append(text, buttons);
      toast.append(box);
      while (toast.children.length > 3) toast.firstChild.remove();
    });
    // A list marked data-fresh shows a quiet line instead of moving under the reader's finger.
    source.addEventListener("message-kept", () => {
      const line = document.querySelector("[data-fresh]");
      if (line) line.hidden = false;
    });
    addEventListener("pagehide", () => source.close());
  }
})();
