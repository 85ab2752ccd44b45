// Looks for words in WORDS (words.js): [page, id, heading, text] for each section. On a wide screen the menu is open.
const field = document.getElementById("search"), found = document.getElementById("found");

function look() {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const holds = ([, , heading, text]) => wanted.every(word => (heading + " " + text).toLowerCase().includes(word));
    const inHeading = ([, , heading]) => wanted.every(word => heading.toLowerCase().includes(word));
    const all = wanted.length ? WORDS.filter(holds) : [];
    all.sort((a, b) => inHeading(b) - inHeading(a));
    found.replaceChildren(...all.slice(0, 12).map(([page, id, heading]) => {
        const item = document.createElement("li"), link = document.createElement("a");
        link.href = page + "#" + id;
        link.textContent = heading + " – " + page.replace(".html", "");
        item.append(link);
        return item;
    }));
}
field.addEventListener("input", look);
