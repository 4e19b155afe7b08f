// Conveniences only: every page works without this script.
"use strict";
(() => {
  const japanese = document.documentElement.lang === "ja";
  const say = (ja, en) => (japanese ? ja : en);
  // No letters that can be mistaken for each other.
  const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

  const randomPassword = () => {
    let letters = "";
    while (letters.length < 16) {
      const [byte] = crypto.getRandomValues(new Uint8Array(1));
      if (byte < 248) letters += alphabet[byte % alphabet.length];
    }
    return letters.match(/.{4}/g).join("-");
  };

  const button = (label, act) => {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "button button-small";
    element.textContent = label;
    element.addEventListener("click", () => act(element));
    return element;
  };

  const copyLabel = say("コピー", "Copy");
  const copy = (element, text) =>
    navigator.clipboard.writeText(text).then(() => {
      element.textContent = say("コピーしました", "Copied");
    });

  // An estimate by length and kinds of letters; said in words.
  const strength = (password, min) => {
    const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(password)).length;
    const different = new Set(password).size;
    const score = Math.min(password.length, different * 2) + kinds * 2;
    if (password.length < min) return say(`短すぎます(${min}文字以上)`, `too short (at least ${min})`);
    if (score < 18) return say("弱い", "weak");
    return score < 22 ? say("十分です", "good") : say("強い", "strong");
  };

  const passwordTool = (field) => {
    const input = field.querySelector("input");
    const confirm = document.getElementById(input.id + "_confirm");
    const meter = document.createElement("output");
    meter.className = "meter";
    meter.htmlFor = input.id;
    const shown = document.createElement("span");
    shown.className = "suggested";
    const copying = button(copyLabel, (element) => copy(element, shown.textContent));
    const suggest = button(say("強いパスワードを提案する", "Suggest a strong one"), () => {
      const password = randomPassword();
      input.value = password;
      if (confirm) confirm.value = password;
      shown.textContent = password;
      copying.textContent = copyLabel;
      input.dispatchEvent(new Event("input"));
    });
    const show = (visible) => {
      for (const each of [input, confirm]) if (each) each.type = visible ? "text" : "password";
      reveal.setAttribute("aria-pressed", String(visible));
    };
    const reveal = button(say("入力した文字を表示", "Show what I typed"), () => show(input.type === "password"));
    show(false);
    // What the browser keeps of forms, it keeps of text fields, not of password fields.
    input.form.addEventListener("submit", () => show(false));
    input.addEventListener("input", () => {
      meter.textContent = input.value ? say("強さ: ", "Strength: ") + strength(input.value, input.minLength) : "";
      if (shown.textContent !== input.value) shown.textContent = "";
      copying.hidden = shown.textContent === "";
    });
    copying.hidden = true;
    const tools = document.createElement("div");
    tools.className = "tools";
    tools.append(reveal, suggest, shown, copying);
    field.append(meter, tools);
    if (input.name === "p12_password") fileNotes(field, input);
  };

  // Said while the password is chosen; without this script the page with the file says it.
  const fileNotes = (field, input) => {
    const notes = document.createElement("p");
    notes.className = "hint";
    notes.role = "status";
    input.addEventListener("input", () => {
      const said = [
        [/[¥￥]/, say("「¥」は使えません。ほかの記号に替えてください。", "“¥” cannot be used. Take another symbol.")],
        [/\\/, say("「\\」は、「¥」と表示されるキーボードがあり、インポートのときに迷いやすい文字です。", "“\\” is shown as “¥” on some keyboards, which is confusing at the import.")],
        [/^ | $/, say("先頭か末尾に空白が入っています。空白も1文字です。", "It begins or ends with a blank, which counts.")],
      ];
      notes.textContent = said.filter(([fits]) => fits.test(input.value)).map(([, text]) => text).join(" ");
    });
    field.append(notes);
  };

  // Safari of an iPad calls itself that of a Mac; a Mac has no touch screen.
  const macOrIpadTool = (field) => {
    const isIpad = navigator.maxTouchPoints > 1;
    const name = field.querySelector("input[type=text]");
    if (name && name.value === "") name.value = isIpad ? "iPad" : "Mac";
    const system = field.querySelector(`input[type=radio][value=${isIpad ? "ios" : "macos"}]`);
    if (system && !field.querySelector(":checked")) system.checked = true;
  };

  // Said before the PIN is typed; without this script it is said after.
  const cookieTool = (form) => {
    // Asked by a cookie: some browsers say that they are on where the site's are blocked.
    const probe = "sekisho-cookies=on";
    document.cookie = probe + "; SameSite=Strict";
    if (document.cookie.includes(probe)) {
      document.cookie = probe + "; SameSite=Strict; Max-Age=0";
      return;
    }
    const note = document.createElement("p");
    note.className = "warning";
    note.role = "status";
    note.textContent = say(
      "このブラウザーでは Cookie(ブラウザーに一時的に残す小さな印)が使えないようです。このままではファイルを受け取れません。先にブラウザーの設定で、このサイトの Cookie を許可してください。",
      "This browser does not seem to keep cookies (small notes that a site leaves in the browser). Without them the file cannot reach you. Allow cookies for this site in the browser's settings first.",
    );
    form.before(note);
  };

  // Tells how many are ticked, and ticks everybody of the page without loading it anew.
  const pickTool = (form) => {
    const boxes = [...form.querySelectorAll("input[name=user]")];
    if (boxes.some((box) => box.disabled)) return;
    const all = document.createElement("input");
    all.type = "checkbox";
    all.setAttribute("aria-label", say("このページの全員を選ぶ", "Select everybody on this page"));
    const count = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && !all.checked;
      for (const output of form.querySelectorAll("output")) {
        output.textContent = ticked > 0 ? say(`${ticked}人を選択中`, `${ticked} selected`) : "";
      }
    };
    const tick = (on) => {
      for (const box of boxes) box.checked = on;
      count();
    };
    const label = document.createElement("label");
    label.className = "pick";
    label.append(all);
    form.querySelector("[data-pick=head]").replaceChildren(label);
    all.addEventListener("change", () => tick(all.checked));
    for (const [name, on] of [["page", true], ["none", false]]) {
      form.querySelector(`a[data-pick=${name}]`)?.addEventListener("click", (event) => {
        event.preventDefault();
        tick(on);
      });
    }
    form.addEventListener("change", count);
    // Going back restores what was ticked.
    addEventListener("pageshow", count);
    count();
  };

  const printTool = (field) => {
    const print = button(say("印刷する", "Print"), () => window.print());
    print.className = "button button-primary";
    field.prepend(print);
  };

  for (const field of document.querySelectorAll("[data-tool]")) {
    if (field.dataset.tool === "pick") pickTool(field);
    if (field.dataset.tool === "cookies") cookieTool(field);
    if (field.dataset.tool === "password") passwordTool(field);
    if (field.dataset.tool === "mac-or-ipad") macOrIpadTool(field);
    if (field.dataset.tool === "print") printTool(field);
  }
  for (const code of document.querySelectorAll("[data-copy]")) {
    code.after(" ", button(copyLabel, (element) => copy(element, code.textContent.trim())));
  }
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();
