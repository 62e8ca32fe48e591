import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import type { Receiver } from './receiver.ts';

export const STACKS = ['node-http', 'express', 'fastify', 'hono'] as const;
export type Stack = (typeof STACKS)[number];

const PROBE = '/__probe';
const LIMIT_BYTES = 5 * 1024 * 1024;
const SLOW_MS = 1000;

/** Serves a receiver as the users of a stack do, each with the raw bytes of the body; gives the port. */
export async function serveReceiver(
  stack: Stack,
  receiver: Receiver,
  givesUpOnSlowBody: boolean,
): Promise<number> {
  const start = { 'node-http': startNodeHttp, express: startExpress, fastify: startFastify, hono: startHono }[
    stack
  ];
  return start(receiver, givesUpOnSlowBody);
}

function portOf(server: Pick<Server, 'address'>): number {
  return (server.address() as AddressInfo).port;
}

function subjectOf(url: string): string | undefined {
  return new URL(url, 'http://receiver').searchParams.get('subject') ?? undefined;
}

async function startNodeHttp(receiver: Receiver, givesUpOnSlowBody: boolean): Promise<number> {
  const server = createServer((request, response) => {
    answer(receiver, request, response, givesUpOnSlowBody).catch(() => {
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return portOf(server);
}

async function answer(
  receiver: Receiver,
  request: IncomingMessage,
  response: ServerResponse,
  givesUpOnSlowBody: boolean,
): Promise<void> {
  const { method = '', url = '', headers } = request;
  if (url.startsWith(PROBE)) {
    response.end(JSON.stringify(receiver.probe(subjectOf(url))));
    return;
  }
  const timer = givesUpOnSlowBody ? setTimeout(() => request.destroy(), SLOW_MS) : undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  clearTimeout(timer);
  const { status, text = '' } = await receiver.handle({ method, url, headers, body: Buffer.concat(chunks) });
  response.writeHead(status).end(text);
}

async function startExpress(receiver: Receiver): Promise<number> {
  const app = express();
  app.get(PROBE, (request, response) => {
    response.json(receiver.probe(subjectOf(request.originalUrl)));
  });
  app.use(express.raw({ type: () => true, limit: LIMIT_BYTES }));
  app.all('/', async ({ method, originalUrl, headers, body }, response) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const { status, text = '' } = await receiver.handle({ method, url: originalUrl, headers, body: bytes });
    response.status(status).type('text').send(text);
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return portOf(server);
}

async function startFastify(receiver: Receiver): Promise<number> {
  const app = fastify({ bodyLimit: LIMIT_BYTES });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.get(PROBE, (request) => receiver.probe(subjectOf(request.url)));
  app.all('/', async ({ method, url, headers, body }, reply) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const { status, text = '' } = await receiver.handle({ method, url, headers, body: bytes });
    return reply.code(status).send(text);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return portOf(app.server);
}

async function startHono(receiver: Receiver): Promise<number> {
  const app = new Hono();
  app.get(PROBE, (context) => context.json(receiver.probe(subjectOf(context.req.url))));
  app.all('/', async ({ req }) => {
    const body = Buffer.from(await req.arrayBuffer());
    const { status, text = '' } = await receiver.handle({
      method: req.method,
      url: req.url,
      headers: req.header(),
      body,
    });
    return new Response(text, { status });
  });
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port));
  });
}
