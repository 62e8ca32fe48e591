// Answers 204 to whatever comes, as cheaply as Node can, so that senders are measured and not it. GET tells how many
// came since the last GET, and how long it took from the first to the last. Prints its URL.
import { type AddressInfo, createServer } from 'node:net';

const ANSWER = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

let count = 0;
let firstMs = 0;
let lastMs = 0;

const server = createServer((socket) => {
  let rest = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf(HEAD_END);
      if (end === -1) return;
      const head = rest.toString('latin1', 0, end);
      if (head.startsWith('GET')) {
        socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${stats()}`);
        return;
      }
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (rest.length < end + 4 + length) return;
      rest = rest.subarray(end + 4 + length);
      lastMs = performance.now();
      if (count++ === 0) firstMs = lastMs;
      socket.write(ANSWER);
    }
  });
});

function stats(): string {
  const text = JSON.stringify({ count, durationMs: lastMs - firstMs });
  count = 0;
  return text;
}

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
