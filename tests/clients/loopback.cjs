/** `node --require ./loopback.cjs …`: the program may speak to this machine and to no other. */

const net = require("node:net");

const HERE = new Set(["127.0.0.1", "::1", "localhost"]);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...called) {
  const [options] = Array.isArray(called[0]) ? called[0] : called;
  const host = typeof options === "object" ? (options.host ?? "localhost") : (called[1] ?? "localhost");
  if (!HERE.has(host)) {
    console.error(`tried to reach ${host}`);
    process.exit(97);
  }
  return connect.apply(this, called);
};
