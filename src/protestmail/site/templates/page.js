"use strict";
const $ = (name, within = document) => within.querySelector(name), all = (name) => [...document.querySelectorAll(name)];
const data = JSON.parse($("#data").textContent), cards = all(".card"), models = cards.map((card) => $("pre", card).textContent);
const inputs = all("#you [name]"), label = (name) => $(`label[for="${CSS.escape(name)}"] b`)?.textContent ?? name;
const [IN_TEXT, IN_LINE, NUMBER] = data.patterns.map((one) => RegExp(one, "gu")), LEFT = /_{3,}|\bxxx+\b|\[[Yy]our [^\]\n]+\]|\[[\p{Lu}'’]+ [\p{Lu} ,'’/-]+\]/u;
const strip = (text) => text.replace(/^[^\S\ufeff]+|[^\S\ufeff]+$/g, "");
const tidy = (text) => strip(text).replace(/[^\S\n\ufeff]+(?=\n|$)/g, "").replace(/\n{3,}/g, "\n\n");
const typed = (one) => tidy(one.value.replace(one.rows ? IN_TEXT : IN_LINE, ""));
const fold = (text) => text.replace(/ı/g, "\ue030").toLowerCase().toUpperCase().toLowerCase().replace(/ς/g, "σ"), pad = (number) => String(number).padStart(2, "0"), now = new Date(), [year, month, date] = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
const day = ({ form, months, digits, first }) => form.replace(/\{(\w+)\}/g, (_, part) =>
  ({ year, month, mm: pad(month), day: date === 1 && first || date, dd: pad(date), name: months[month - 1] }[part])).replace(/\d/g, (digit) => digits[digit] ?? digit);
const members = ({ one, many, who }, said) => said === "1" ? one : (said.match(NUMBER)?.[0] === said ? many : who).replace(/\{\w+\}/, () => said);
const written = (text, words, v) => { // the lines of the combination that fits, and the values in place of the marks
  const [want, ...numbers] = data.sets[text.k][text.f.reduce((sum, name, at) => sum + (v[name] ? 1 << at : 0), 0)];
  const value = (mark) => mark === "\ue021" ? day(words) : mark === "\ue020" ? members(words, v.members) : mark === "\ue022" ? v.own_words : v[data.names[mark.charCodeAt(0) - 0xe000]] ?? mark;
  const [subject, ...body] = numbers.map((at) => data.lines[text.n[at]]), whole = body.join("\n"), put = (some) => some.replace(/[\ue000-\ue022]/g, value);
  const without = put(whole.replace(/\n\n\ue022|\ue022\n\n/, "")); // own words that it holds already are not put in again; a call's points are none of it
  return { subject: strip(put(subject).replace(/[^\S\ufeff]+/g, " ")), body: fold(without.split(data.points)[0]).includes(fold(v.own_words)) ? without : put(whole), wants: text.w[want] };
};
const enc = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const state = (card) => { // what a card says, to whom, and what it still wants before it may leave
  const v = Object.fromEntries(inputs.map((one) => [one.name, typed(one)])), at = cards.indexOf(card), box = $("textarea", card), its = data.letters.filter((one) => one.c === at);
  const letter = its.find((one) => one.o === $("#where")?.value) ?? its.find((one) => !one.o) ?? { to: [], cc: [] }, filling = data.fillings[letter.t];
  const text = filling && v.name ? written(filling, data.words[letter.l], v) : { subject: letter.s ?? "", body: letter.b ?? models[at], wants: [filling ? "name" : data.say.sign] };
  if (!box.hidden) Object.assign(text, { body: tidy(box.value.replace(IN_TEXT, "")), wants: [] });
  const bad = inputs.filter((one) => typed(one) && !one.checkValidity()).map((one) => one.name), left = text.wants.length ? null : LEFT.exec(`${text.subject}\n${text.body}`);
  const people = letter.cc.filter(([address, , optional]) => !optional || $(`[value="${CSS.escape(address)}"]:checked`, card)), [to, cc] = [letter.to, people].map((some) => some.map(([address]) => address));
  const short = `mailto:${to.map((one) => enc(one).replace(/%40/g, "@"))}?${cc.length ? `cc=${enc(cc.join())}&` : ""}subject=${enc(text.subject)}`, link = `${short}&body=${enc(text.body.replace(/\n/g, "\r\n"))}`;
  const lacks = [...new Set([...bad, ...text.wants, ...(left ?? [])])], wants = lacks.length ? data.say.needed.replace("{what}", () => lacks.map(label).join(data.say.comma)) : "";
  return { ...text, letter, v, box, people, to: to.join(", "), cc: cc.join(", "), lacks, wants, link: wants || link.length > 2000 ? short : link };
};
const show = () => cards.forEach((card) => {
  const one = state(card), { letter, v } = one, put = (name, text) => card.querySelectorAll(name).forEach((each) => (each.textContent = text));
  card.hidden = !letter.l; card.querySelectorAll("[data-o]").forEach((each) => (each.hidden = each.dataset.o !== letter.o)); card.querySelectorAll(".go").forEach((go) => (go.href = one.link));
  put(".subject", one.subject); put("pre", one.body); put(".wants", one.wants); put(".day", letter.l && [v.place, day(data.words[letter.l])].filter(Boolean).join(", "));
});
const base64 = (text) => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
const coded = (text) => (text.match(/.{1,10}/gsu) ?? []).map((some) => `=?utf-8?b?${base64(some)}?=`).join("\r\n "), list = (people) => people.map(([, header]) => header).join(",\r\n "); // RFC 2047
const draft = ({ letter, people, subject, body, v }) => [v.email && `From: ${coded(v.name)}\r\n <${v.email}>`, `To: ${list(letter.to)}`, people.length && `Cc: ${list(people)}`,
  `Subject: ${coded(subject)}`, `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`, v.email && `Message-ID: <${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")}@${v.email.split("@")[1]}>`,
  "X-Unsent: 1", "MIME-Version: 1.0", 'Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: base64", "", ...base64(`${body.replace(/\n/g, "\r\n")}\r\n`).match(/.{1,76}/g), ""].filter((line, at) => line || at > 9).join("\r\n");
const copy = (text) => (navigator.clipboard?.writeText(text) ?? Promise.reject()).catch(() => { // a page without https
  const box = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text })), before = document.activeElement;
  box.select(); document.execCommand("copy"); box.remove(); before.focus();
});
const acts = {
  eml: (one) => Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([draft(one)], { type: "message/rfc822" })), download: one.letter.e }).click(),
  print: (one, card) => { cards.forEach((each) => each.classList.toggle("not", each !== card)); document.body.classList.add("one"); print(); },
  change: ({ box, body }, card, button) => { [box.hidden, $("pre", card).hidden, box.value] = [!box.hidden, box.hidden, body]; button.textContent = button.dataset[box.hidden ? "change" : "again"]; show(); if (!box.hidden) box.focus(); },
};
addEventListener("afterprint", () => document.body.classList.remove("one")); addEventListener("input", () => { all(".say").forEach((one) => (one.textContent = "")); show(); }); addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]"), card = button?.closest(".card"), what = button?.dataset.do, one = card && state(card);
  if (!card) return; const held = one.wants && !["to", "cc"].includes(what) && !(what === "change" && !one.box.hidden); $(".say", card).textContent = held ? one.wants : button.dataset.told ?? "";
  if (held) { event.preventDefault(); inputs.find((each) => one.lacks.includes(each.name))?.focus(); } else if (acts[what]) acts[what](one, card, button); else copy(what === "go" ? one.body : one[what]);
});
document.documentElement.classList.add("js"); show(); all("[hreflang]").forEach((one) => (one.textContent = new Intl.DisplayNames(one.lang, { type: "language" }).of(one.lang)));
if (data.until && [year, pad(month), pad(date)].join("-") > data.until) { all(".tools, #you").forEach((one) => one.remove()); $("#late").hidden = false; }
