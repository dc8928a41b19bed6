// A plain relay on Node's https and the npm package `ws`: what the product's relay is compared with.
// node ws_relay.mjs WS_FOLDER CERTIFICATE KEY TOKEN - prints the port of loopback it listens on.
import { createServer } from "node:https";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";

const [folder, certificate, key, token] = process.argv.slice(2);
const { WebSocketServer } = createRequire(`${folder}/`)("ws");
const calls = new Map();

function answer(socket, text) {
  const message = JSON.parse(text);
  if (message.type === "hello") {
    if (message.access_token !== token) return socket.close(4401);
    socket.welcome = true;
    return socket.send('{"type":"welcome"}');
  }
  if (!socket.welcome) return socket.close(4401);
  if (message.type === "join_call") {
    socket.peer = randomUUID();
    if (!calls.has(message.consultation_id)) calls.set(message.consultation_id, new Map());
    calls.get(message.consultation_id).set(socket.peer, socket);
    const joined = { peer_id: socket.peer };
    return socket.send(JSON.stringify({ type: "call_joined", ref: message.ref, joined }));
  }
  const call = calls.get(message.consultation_id);
  const target = call?.get(socket.peer) === socket ? call.get(message.to) : undefined;
  if (!target) return socket.send('{"type":"refused","problem":{"code":"not_a_member"}}');
  const { consultation_id, to, signal } = message;
  target.send(
    JSON.stringify({ type: "signal_received", consultation_id, sender: socket.peer, to, signal }),
  );
}

const server = createServer({
  cert: readFileSync(certificate),
  key: readFileSync(key),
  minVersion: "TLSv1.3",
});
const sockets = new WebSocketServer({
  server,
  perMessageDeflate: false,
  handleProtocols: (names) => [...names][0],
});
sockets.on("connection", (socket) => socket.on("message", (text) => answer(socket, text)));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
