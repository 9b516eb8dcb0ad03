// Connect, upgrade, one echo, terminate, with the npm package ws: so many clients side by side, as fast as they can.
//   node ws_loop.js PORT COUNT CLIENTS      prints {"rate_per_s": ...}
const WebSocket = require("ws");

const [port, count, clients] = process.argv.slice(2).map(Number);
const begin = process.hrtime.bigint();
let begun = 0;
let over = 0;

function next() {
  if (begun === count) return;
  begun += 1;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  socket.on("open", () => socket.send("y\n"));
  socket.on("message", () => socket._socket.resetAndDestroy());
  socket.on("error", () => {});
  socket.on("close", () => {
    over += 1;
    if (over < count) return next();
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    console.log(JSON.stringify({ rate_per_s: count / seconds }));
  });
}

for (let client = 0; client < Math.min(clients, count); client += 1) next();
