// One signed POST with nothing but Node: what `hooks send` is compared with. node post.js <url>
import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';

const body = Buffer.from('{"type":"ping"}');
const signature = createHmac('sha256', 'secret').update(body).digest('base64');
const headers = { 'content-length': body.length, 'webhook-id': randomUUID(), 'webhook-signature': signature };
request(process.argv[2] ?? '', { method: 'POST', headers }, (response) => {
  process.exitCode = response.statusCode === 204 ? 0 : 1;
  response.resume();
}).end(body);
