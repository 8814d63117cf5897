// The page's ear: connects, comes back by itself, and says when it hears nothing. It never speaks.
const SUBPROTOCOL = "touchstone.air.v1";
const SHORTEST = 300;
const LONGEST = 3000;
// The server repeats itself every two seconds: a line that is silent for longer is a pulled cable that nobody told of.
const SILENCE = 4000;
const CHECK = 500;

export class AirLine {
  // `heard(message)` gets every picture; `lost()` is called when the line is gone.
  constructor(path, heard, lost) {
    Object.assign(this, { path, heard, lost });
    this.wait = SHORTEST;
    this.open();
    setInterval(() => this.check(), CHECK);
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${this.path}`, SUBPROTOCOL);
    this.socket = socket;
    this.heardAt = performance.now();
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      this.heardAt = performance.now();
      this.wait = SHORTEST;
      this.heard(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => socket === this.socket && this.gone());
  }

  check() {
    if (this.socket !== null && performance.now() - this.heardAt > SILENCE) this.gone();
  }

  gone() {
    const { socket } = this;
    this.socket = null;
    socket.close();
    this.lost();
    setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST);
  }
}
