// The socket to the server: connects, comes back by itself, pairs questions with answers. Knows nothing of voting.

const SUBPROTOCOL = "touchstone.phone.v1";
const FIRST_DELAY = 400;
const LONGEST_DELAY = 8000;
const ANSWER_WITHIN = 15000;
const MOST_WAITING = 32 * 1024;
const LITTLE = 50;

const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

export class LinkLost extends Error {}

export class Link {
  // `heard.opened()`, `heard.pushed(message)`, `heard.lost()`
  constructor(url, heard) {
    this.url = url;
    this.heard = heard;
    this.waiting = new Map();
    this.lastId = 0;
    this.delay = FIRST_DELAY;
    this.wanted = false;
    this.socket = null;
    this.timer = 0;
    this.heardAt = 0;
  }

  get connected() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  }

  start() {
    this.wanted = true;
    if (this.socket === null) this.open();
  }

  stop() {
    this.wanted = false;
    this.drop();
  }

  // Somebody looks at the phone again, or the network is back: do not wait for the next try.
  hurry() {
    if (!this.wanted || this.socket !== null) return;
    this.delay = FIRST_DELAY;
    this.open();
  }

  drop() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.closed();
  }

  // Milliseconds since the server said anything: a phone does not notice by itself that a network died.
  get silence() {
    return this.connected ? performance.now() - this.heardAt : 0;
  }

  ask(message, within = ANSWER_WITHIN) {
    if (!this.connected) return Promise.reject(new LinkLost());
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.drop(), within);
      this.waiting.set(id, { resolve, reject, late });
      this.socket.send(JSON.stringify({ ...message, id }));
    });
  }

  // Something long, only as fast as it leaves: a ballot never waits behind it.
  async pour(frames) {
    const { socket } = this;
    for (const frame of frames) {
      while (socket === this.socket && socket.bufferedAmount > MOST_WAITING) await pause(LITTLE);
      if (!this.connected || socket !== this.socket) throw new LinkLost();
      socket.send(frame);
    }
  }

  open() {
    clearTimeout(this.timer);
    const socket = new WebSocket(this.url, SUBPROTOCOL);
    this.socket = socket;
    socket.onopen = () => {
      this.delay = FIRST_DELAY;
      this.heardAt = performance.now();
      this.heard.opened();
    };
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = () => {
      this.socket = null;
      this.closed();
    };
  }

  closed() {
    for (const { reject, late } of this.waiting.values()) {
      clearTimeout(late);
      reject(new LinkLost());
    }
    this.waiting.clear();
    this.heard.lost();
    if (!this.wanted || this.socket !== null) return;
    // Thousands of phones lose the same network at once: they must not all come back in the same moment.
    this.timer = setTimeout(() => this.open(), this.delay * (0.5 + Math.random()));
    this.delay = Math.min(2 * this.delay, LONGEST_DELAY);
  }

  receive(data) {
    this.heardAt = performance.now();
    const message = JSON.parse(data);
    const request = this.waiting.get(message.id);
    if (request === undefined) {
      this.heard.pushed(message);
      return;
    }
    this.waiting.delete(message.id);
    clearTimeout(request.late);
    request.resolve(message);
  }
}
