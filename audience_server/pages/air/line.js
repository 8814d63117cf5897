// The page's ear: connects, comes back by itself, and says when it hears nothing. It never speaks.
const SUBPROTOCOL = "touchstone.air.v1";
const SHORTEST = 300;
const LONGEST = 3000;

export class AirLine {
  // `heard(message)` gets every picture; `lost()` is called when the line is gone.
  constructor(path, heard, lost) {
    Object.assign(this, { path, heard, lost });
    this.wait = SHORTEST;
    this.open();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${this.path}`, SUBPROTOCOL);
    socket.addEventListener("message", (event) => {
      this.wait = SHORTEST;
      this.heard(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      this.lost();
      setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST);
    });
  }
}
