// A click on a column's head sorts the table by it; a second click turns the order round.
for (const button of document.querySelectorAll("th button")) {
    button.addEventListener("click", () => {
        const head = button.closest("th");
        const table = head.closest("table");
        const column = [...head.parentNode.children].indexOf(head);
        const down = head.getAttribute("aria-sort") === "ascending";
        const value = row => row.children[column].dataset.value ?? row.children[column].textContent;
        const rows = [...table.tBodies[0].rows];
        const numbers = rows.every(row => !Number.isNaN(Number(value(row))));
        rows.sort((one, other) => numbers ? value(one) - value(other)
            : value(one).localeCompare(value(other)));
        if (down) rows.reverse();
        table.tBodies[0].append(...rows);
        for (const each of head.parentNode.children) each.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
}
