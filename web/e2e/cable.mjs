// A forward proxy between one browser context and the daemon that can be cut like a cable: what is
// open breaks, what is new is refused.
import { createServer, request } from "node:http";

export async function layCable() {
  let whole = true;
  const sockets = new Set();
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url } = incoming;
    const onward = request(url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on("connection", (socket) => {
    if (!whole) return socket.destroy();
    sockets.add(socket);
    socket.on("error", () => {});
    return socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((ready) => {
    server.listen(0, "127.0.0.1", ready);
  });
  return {
    server: `http://127.0.0.1:${server.address().port}`,
    cut() {
      whole = false;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      whole = true;
    },
    close() {
      this.cut();
      server.close();
    },
  };
}
