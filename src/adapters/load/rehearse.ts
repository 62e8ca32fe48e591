import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PreparedDelivery } from '../../core/load/delivery-template.ts';
import type { RequestFrame } from '../http-client/request-frame.ts';
import { createLoadSender } from './load-sender.ts';

const DELIVERIES = 300;
const TIMEOUT_MS = 1000;

/**
 * Sends some deliveries to this very process and nowhere else. The first ones cost a hundred times as much as those that
 * follow (undici compiles its parser, V8 the rest), and a load would begin with a stall that is not the receiver's. Where
 * no port can be had it does nothing.
 */
export async function rehearse(frame: RequestFrame, make: () => PreparedDelivery): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
  } catch {
    return;
  }
  const { port } = server.address() as AddressInfo;
  await sendAll({ ...frame, url: new URL(`http://127.0.0.1:${port}/`) }, make);
  server.closeAllConnections();
  server.close();
}

async function sendAll(frame: RequestFrame, make: () => PreparedDelivery): Promise<void> {
  let left = DELIVERIES;
  let resolveDone = () => {};
  const done = new Promise<void>((resolve) => {
    resolveDone = resolve;
  });
  const sender = createLoadSender({
    frame,
    connection: {},
    timeoutMs: TIMEOUT_MS,
    nowMs: () => performance.now(),
    onEnd: () => next(),
  });
  function next(): void {
    left--;
    if (left < 0) resolveDone();
    else sender.transmit(make(), 0);
  }
  next();
  await done;
  await sender.close();
}
