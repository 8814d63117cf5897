// The line of a role's page to the control port: watches, comes back by itself, tells how old the picture is.
const SUBPROTOCOL = "touchstone.control.v1";
const SHORTEST = 500;
const LONGEST = 5000;
const REVOKED = 4003;
// The server repeats its picture every few seconds: a line that is silent for longer is a pulled cable.
const SILENCE = 8000;
const CHECK = 500;

export class DeskLine {
  // `heard(view)` gets every picture; `changed()` is called when the line came or went.
  constructor(heard, changed) {
    Object.assign(this, { heard, changed });
    this.connected = false;
    this.revoked = false;
    this.heardAt = null;
    this.wait = SHORTEST;
    this.next = 1;
    this.answers = new Map();
    this.open();
    setInterval(() => this.check(), CHECK);
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/control`, SUBPROTOCOL);
    this.socket = socket;
    this.aliveAt = performance.now();
    socket.addEventListener("open", () => {
      if (socket !== this.socket) return;
      this.connected = true;
      this.wait = SHORTEST;
      socket.send(JSON.stringify({ type: "watch", id: this.next++ }));
      this.changed();
    });
    socket.addEventListener("message", (event) => socket === this.socket && this.take(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => socket === this.socket && this.lost(event.code));
  }

  check() {
    if (this.socket !== null && performance.now() - this.aliveAt > SILENCE) this.lost(0);
  }

  take(message) {
    this.aliveAt = performance.now();
    if (message.type === "view") {
      this.heardAt = performance.now();
      this.heard(message);
      return;
    }
    this.answers.get(message.id)?.(message.type === "done");
    this.answers.delete(message.id);
  }

  lost(code) {
    const { socket } = this;
    this.socket = null;
    socket.close();
    this.connected = false;
    this.revoked ||= code === REVOKED;
    for (const answer of this.answers.values()) answer(false);
    this.answers.clear();
    this.changed();
    if (this.revoked) return;
    setTimeout(() => this.open(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, LONGEST);
  }

  // Whether the command was carried out; false when nobody knows.
  ask(command) {
    if (!this.connected) return Promise.resolve(false);
    const id = this.next++;
    const answered = new Promise((resolve) => this.answers.set(id, resolve));
    this.socket.send(JSON.stringify({ type: "command", id, do: command }));
    return answered;
  }

  // Seconds since the last picture.
  get age() {
    return this.heardAt === null ? 0 : Math.floor((performance.now() - this.heardAt) / 1000);
  }
}
