// What a page cannot do without a script: the colour scheme before anything is painted, the clipboard, the viewer's time zone, passkeys, finding a lost server again.
"use strict";
(() => {
  const root = document.documentElement;
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") {
    root.dataset.theme = kept;
  }

  const fromBase64Url = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0)).buffer;
  const toBase64Url = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const antiforgery = () => document.querySelector('input[name="__RequestVerificationToken"]')?.value ?? "";

  async function ask(url, body) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "RequestVerificationToken": antiforgery() },
      body: body === undefined ? "" : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(text || answer.statusText);
    }

    return text.length > 0 ? JSON.parse(text) : null;
  }

  const descriptors = list => (list ?? []).map(item => ({ ...item, id: fromBase64Url(item.id) }));

  function credentialJson(credential) {
    const response = credential.response;
    const json = {
      id: credential.id,
      rawId: toBase64Url(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: { clientDataJSON: toBase64Url(response.clientDataJSON) },
    };
    if (response.attestationObject) {
      json.response.attestationObject = toBase64Url(response.attestationObject);
      json.response.transports = response.getTransports?.() ?? [];
    } else {
      json.response.authenticatorData = toBase64Url(response.authenticatorData);
      json.response.signature = toBase64Url(response.signature);
      json.response.userHandle = response.userHandle ? toBase64Url(response.userHandle) : null;
    }

    return json;
  }

  window.emailRouting = {
    zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    copy: text => navigator.clipboard.writeText(text).then(() => true, () => false),
    focus: id => document.getElementById(id)?.focus(),
    theme: () => root.dataset.theme ?? "",
    setTheme(theme) {
      if (theme) {
        root.dataset.theme = theme;
        localStorage.setItem("theme", theme);
      } else {
        delete root.dataset.theme;
        localStorage.removeItem("theme");
      }
    },

    save(name, type, base64) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], { type }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    },

    // A file that may be long comes in pieces.
    async saveStream(name, type, stream) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([await stream.arrayBuffer()], { type }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    },

    // What stands in a field, as octets: a long text goes to the server in pieces and not in one message.
    read: id => new TextEncoder().encode(document.getElementById(id)?.value ?? ""),

    // Both return an empty text, or in words why it did not work.
    async addPasskey(name) {
      try {
        const options = await ask("/you/passkeys/options");
        options.challenge = fromBase64Url(options.challenge);
        options.user.id = fromBase64Url(options.user.id);
        options.excludeCredentials = descriptors(options.excludeCredentials);
        const credential = await navigator.credentials.create({ publicKey: options });
        await ask("/you/passkeys", { name, credential: JSON.stringify(credentialJson(credential)) });
        return "";
      } catch (failure) {
        return failure.name === "NotAllowedError" ? "cancelled" : failure.message;
      }
    },
    async usePasskey() {
      try {
        const options = await ask("/sign-in/passkey/options");
        options.challenge = fromBase64Url(options.challenge);
        options.allowCredentials = descriptors(options.allowCredentials);
        const credential = await navigator.credentials.get({ publicKey: options });
        await ask("/sign-in/passkey", { credential: JSON.stringify(credentialJson(credential)) });
        return "";
      } catch (failure) {
        return failure.name === "NotAllowedError" ? "cancelled" : failure.message;
      }
    },
  };

  // A key on its own goes to the field that says it is its shortcut, unless somebody is writing; Escape closes what says so.
  document.addEventListener("keydown", event => {
    const isWriting = event.target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
    const isOurs = event.key === "Escape" ? !event.target.closest?.(".mud-dialog") : event.key.length === 1 && !isWriting;
    if (!isOurs || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) {
      return;
    }

    const wanted = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
    if (wanted) {
      event.preventDefault();
      wanted.focus();
      if (wanted.matches("button")) {
        wanted.click();
      }
    }
  });

  // What was written where, and when.
  const written = new Map();
  document.addEventListener("input", event => {
    written.forEach((_, field) => field.isConnected || written.delete(field));
    written.set(event.target, performance.now());
  });
  const isUnsent = field => field.isConnected && field.matches("input:not([type=checkbox], [type=radio]), textarea") && field.value !== "" && !field.closest("[role=search]");

  document.addEventListener("DOMContentLoaded", () => {
    // Never given up: the server keeps a page for minutes, and a machine may sleep for hours.
    const retryIntervalMilliseconds = attempt => attempt === 0 ? 0 : attempt < 10 ? 1_000 : 5_000;

    // Not the usual id: the component library has a look of its own for that.
    window.Blazor.start({ circuit: { reconnectionOptions: { maxRetries: undefined, retryIntervalMilliseconds, dialogId: "connection" } } });

    const said = document.getElementById("connection");
    let lostAt = 0;
    said?.addEventListener("components-reconnect-state-changed", event => {
      if (event.detail.state === "show") {
        lostAt = performance.now();
      } else if (event.detail.state === "hide") {
        // The server has heard nothing of this; a broken line is noticed half a minute after it broke, on a busy machine later.
        for (const [field, at] of written) {
          if (field.isConnected && at > lostAt - 60_000 && (field.type !== "radio" || field.checked)) {
            field.dispatchEvent(new Event("input", { bubbles: true }));
            field.dispatchEvent(new Event("change", { bubbles: true }));
          }
        }
      } else if (event.detail.state === "rejected" && ![...written.keys()].some(isUnsent)) {
        // The server answers and knows this page no more. Only what was written would be lost with it: then whoever wrote it decides.
        location.reload();
      }
    });
    said?.querySelector("button").addEventListener("click", () => location.reload());
  });

  // On the plain sign-in page there is no circuit that could listen.
  document.addEventListener("click", async event => {
    const button = event.target.closest?.("[data-passkey]");
    if (!button) {
      return;
    }

    const problem = document.getElementById("passkey-problem");
    problem.textContent = "";
    const why = await window.emailRouting.usePasskey();
    if (why === "") {
      location.assign(button.dataset.passkey);
    } else if (why !== "cancelled") {
      problem.textContent = why;
    }
  });
})();
