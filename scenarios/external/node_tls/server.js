// Answers https://127.0.0.1:PORT/hello, and echoes on wss://127.0.0.1:PORT/echo where the package ws is installed.
const fs = require('fs');
const https = require('https');

const [port, folder] = [Number(process.argv[2]), process.argv[3]];
const options = { key: fs.readFileSync(`${folder}/key.pem`), cert: fs.readFileSync(`${folder}/certificate.pem`) };
const server = https.createServer(options, (request, response) => response.end('hello\n'));

try {
  const { WebSocketServer } = require('ws');
  new WebSocketServer({ server, path: '/echo' }).on('connection', (socket) => {
    socket.on('error', () => {}); // a client that resets its connection is no failure of ours
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
}
server.on('tlsClientError', () => {}); // nor is one that leaves in the handshake
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
process.on('SIGTERM', () => process.exit(0));
server.listen(port, '127.0.0.1', () => console.log(`listening on port ${port}`));
