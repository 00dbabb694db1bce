// Everything works without this script. It asks before grave acts, and puts in new rows as they come.

document.addEventListener("submit", event => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
});

// New rows are fetched as they are laid out by the server, after the last one known: nothing is lost over a broken connection, and nothing
// that others wrote passes through a template here. The stream only says that there is something; where it can't be had, the clock does.
class LiveRows {
    static mostRows = 500;
    static gather = 250;
    static poll = 2000;
    static again = 10000;

    constructor(status, body) {
        this.status = status;
        this.body = body;
        this.after = status.dataset.after || "";
        this.fresh = 0;
        this.title = document.title;
        this.status.hidden = false;
        this.follow();
        document.addEventListener("visibilitychange", () => {
            if (document.hidden) return;
            document.title = this.title;
            this.soon(0);
        });
    }

    follow() {
        this.say(true);
        this.stream = new EventSource(this.status.dataset.stream);
        this.stream.onopen = () => {
            this.say(true);
            this.stopPolling();
            this.soon(0);
        };
        this.stream.onerror = () => {
            this.startPolling();
            if (this.stream.readyState !== EventSource.CLOSED) return;
            // Refused, and the browser won't try again: perhaps a restart, perhaps a proxy that keeps streams.
            setTimeout(() => this.follow(), LiveRows.again);
        };
        // Events come under the name of their kind.
        const wake = () => this.soon(LiveRows.gather);
        this.stream.onmessage = wake;
        for (const kind of this.status.dataset.kinds.split(" ")) this.stream.addEventListener(kind, wake);
    }

    startPolling() {
        this.polling ??= setInterval(() => this.soon(0), LiveRows.poll);
    }

    stopPolling() {
        clearInterval(this.polling);
        this.polling = undefined;
    }

    soon(wait) {
        this.asked = true;
        this.waiting ??= setTimeout(async () => {
            try {
                // What came while an answer was on its way may not be in it.
                while (this.asked) {
                    this.asked = false;
                    if (await this.fetch()) this.asked = true;
                }
                if (this.polling) this.say(true);
            } catch {
                this.say(false);
                this.startPolling();
            }
            this.waiting = undefined;
        }, wait);
    }

    async fetch() {
        const address = new URL(this.status.dataset.live, location.href);
        address.searchParams.set("after", this.after);
        const answer = await fetch(address, { redirect: "error" });
        if (!answer.ok) throw new Error(answer.status);
        const template = document.createElement("template");
        template.innerHTML = await answer.text();
        this.after = answer.headers.get("Hashgate-After") || this.after;
        this.insert([...template.content.querySelectorAll("tr")].filter(row => !this.body.querySelector(`[data-event="${CSS.escape(row.dataset.event)}"]`)));
        return answer.headers.get("Hashgate-More") === "yes";
    }

    insert(rows) {
        if (rows.length === 0) return;
        document.getElementById("nothing")?.remove();
        for (const row of rows) row.classList.add("fresh");
        this.body.prepend(...rows);
        while (this.body.rows.length > LiveRows.mostRows) this.body.lastElementChild.remove();
        this.fresh += rows.length;
        if (document.hidden) document.title = `(${this.fresh}) ${this.title}`;
        this.say(true);
    }

    say(isOn) {
        this.status.classList.toggle("on", isOn);
        this.status.classList.toggle("off", !isOn);
        const words = !isOn ? "Not live: no answer" : this.fresh === 0 ? "Live" : `Live, ${this.fresh} new`;
        if (this.status.textContent !== words) this.status.textContent = words;
    }
}

const status = document.querySelector("[data-live]");
const body = document.getElementById("rows");
if (status && body) new LiveRows(status, body);
