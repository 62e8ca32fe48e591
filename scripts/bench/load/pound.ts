// Posts that many signed deliveries over that many connections, all made before the first is sent, and prints how many
// a second were answered: node pound.js <url> <amount> <connections>
import { connect } from 'node:net';
import { signedDeliveries } from '../deliveries.ts';

const [url = '', amount = '', connections = ''] = process.argv.slice(2);
const { hostname, port, host } = new URL(url);
const create = await signedDeliveries(url);
const requests = Array.from({ length: Number(amount) }, () => {
  const { headers, body } = create();
  const head = ['POST / HTTP/1.1', `Host: ${host}`, ...headers.map(({ name, value }) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
});
let next = 0;

/** Sends one request after the other as each is answered. */
function pound(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    let text = '';
    const send = () => {
      const request = requests[next++];
      if (request === undefined) {
        socket.end();
        resolve();
      } else socket.write(request);
    };
    socket.once('connect', send);
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
      if (end === -1 || text.length < end + 4 + length) return;
      if (!text.startsWith('HTTP/1.1 2')) reject(new Error(text));
      text = '';
      send();
    });
  });
}

const startedMs = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, pound));
process.stdout.write(`${(Number(amount) / (performance.now() - startedMs)) * 1000}\n`);
