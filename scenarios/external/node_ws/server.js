// An echo server: ws://127.0.0.1:PORT/echo.
const { WebSocketServer } = require('ws');

const port = Number(process.argv[2]);
const server = new WebSocketServer({ host: '127.0.0.1', port, path: '/echo' });

server.on('connection', (socket) => {
  socket.on('error', () => {}); // a client that resets its connection is no failure of ours
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.on('listening', () => console.log(`listening on port ${port}`));
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
process.on('SIGTERM', () => process.exit(0));
