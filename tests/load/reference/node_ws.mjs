// The peer of target A: node `ws` with better-sqlite3, tuned: no compression, one transaction for what a turn brought.
// usage: node node_ws.mjs PORT DATABASE   (ws and better-sqlite3 are installed beside this file's copy)
import { WebSocketServer } from "ws";
import Database from "better-sqlite3";

const [port, file] = process.argv.slice(2);
const database = new Database(file);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec("CREATE TABLE ballot (place INTEGER PRIMARY KEY, entry TEXT NOT NULL, nonce TEXT NOT NULL, choice TEXT NOT NULL)");
const insert = database.prepare("INSERT INTO ballot (entry, nonce, choice) VALUES (?, ?, ?)");
const store = database.transaction((waiting) => {
  for (const [cast] of waiting) insert.run(cast.entry, cast.nonce, cast.choice);
});

let waiting = [];
let armed = false;
const flush = () => {
  armed = false;
  const taken = waiting;
  waiting = [];
  store(taken);
  for (const [cast, phone] of taken) phone.send(JSON.stringify({ type: "recorded", id: cast.id, index: 0, receipt: "" }));
};

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), backlog: 4096, perMessageDeflate: false, maxPayload: 16384 });
server.on("connection", (phone) => {
  phone.on("error", () => phone.terminate());
  phone.on("message", (data) => {
    const request = JSON.parse(data);
    if (request.type !== "cast") {
      phone.send(JSON.stringify({ type: "welcome", id: request.id }));
      return;
    }
    waiting.push([request, phone]);
    if (!armed) {
      armed = true;
      setImmediate(flush);
    }
  });
});
server.on("listening", () => console.log('{"ready":true}'));
