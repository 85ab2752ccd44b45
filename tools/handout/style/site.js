// The handout's two conveniences: a search over all pages, and a button that copies a block. Without JavaScript all
// else works. Nothing is fetched: search.js sets window.sections, rows of [link, page, heading, text].
"use strict";

function matches(words) {
    const found = [];
    for (const [link, page, heading, text] of window.sections || []) {
        const title = (page + " " + heading).toLowerCase(), all = title + " " + text.toLowerCase();
        if (words.every((word) => all.includes(word)))
            found.push({ link, page, heading, text, rank: words.filter((word) => title.includes(word)).length });
    }
    return found.sort((a, b) => b.rank - a.rank).slice(0, 12);
}

function excerpt(text, word) {
    const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
    return (at ? "… " : "") + text.slice(at, at + 120);
}

function addSearch() {
    const box = document.createElement("div"), input = document.createElement("input"), list = document.createElement("ul");
    box.className = "search";
    input.type = "search";
    input.placeholder = "Search";
    input.setAttribute("aria-label", "Search the handout");
    input.addEventListener("input", () => {
        const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        list.replaceChildren(...(words.length ? matches(words) : []).map(({ link, page, heading, text }) => {
            const item = document.createElement("li"), a = document.createElement("a"), small = document.createElement("small");
            a.href = link;
            a.textContent = page === heading ? page : page + ": " + heading;
            small.textContent = excerpt(text, words[0]);
            a.append(small);
            a.addEventListener("click", () => list.replaceChildren());
            item.append(a);
            return item;
        }));
    });
    box.append(input, list);
    document.querySelector("header").append(box);
}

// In a page that was opened from a folder some browsers keep navigator.clipboard to themselves.
function copy(text) {
    if (navigator.clipboard)
        return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("not allowed"));
}

function addCopyButtons() {
    for (const code of document.querySelectorAll("figure.block pre code, pre.sh code")) {
        const figure = code.closest("figure"), button = document.createElement("button");
        if (figure && !/^(New file|Replace all|At the end|In .*, in place)/.test(figure.textContent))
            continue; // to be read, not pasted
        button.type = "button";
        button.className = "copy";
        button.textContent = "Copy";
        button.addEventListener("click", () => {
            const say = (word) => {
                button.textContent = word;
                setTimeout(() => { button.textContent = "Copy"; }, 1500);
            };
            copy(code.textContent).then(() => say("Copied"), () => say("Select it by hand"));
        });
        (figure ? figure.querySelector("figcaption") : code.parentElement).prepend(button);
    }
}

// A link to a hint or a solution opens it.
function unfold() {
    const goal = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = goal && goal.closest("details");
    if (details) {
        details.open = true;
        goal.scrollIntoView();
    }
}

addSearch();
addCopyButtons();
addEventListener("hashchange", unfold);
unfold();
