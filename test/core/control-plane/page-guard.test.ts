import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pageRefusal } from '../../../src/core/control-plane/page-guard.ts';
import type { HeaderList } from '../../../src/core/headers.ts';

function refusal(peer: string, headers: HeaderList): string | undefined {
  const request = {
    id: '1',
    receivedAt: new Date(0),
    method: 'GET',
    target: '/',
    httpVersion: '1.1',
    body: new Uint8Array(),
  };
  return pageRefusal({ ...request, peer, headers });
}

describe('the guard of the page', () => {
  const rows: { name: string; peer?: string; headers: HeaderList; says?: RegExp }[] = [
    { name: 'lets this machine in', headers: [['Host', '127.0.0.1:4200']] },
    { name: 'lets localhost in, in any case', headers: [['Host', 'LOCALHOST:4200']] },
    { name: 'lets a name below localhost in', headers: [['host', 'hooks.localhost']] },
    { name: 'lets IPv6 in', peer: '[::1]:5', headers: [['Host', '[::1]:4200']] },
    {
      name: 'lets its own page in',
      headers: [
        ['Host', 'localhost:1'],
        ['Origin', 'http://localhost:1'],
      ],
    },
    {
      name: 'refuses another machine',
      peer: '192.168.0.7:5',
      headers: [['Host', 'localhost']],
      says: /this machine only/,
    },
    {
      name: 'refuses a peer that is not known',
      peer: 'unknown',
      headers: [['Host', 'localhost']],
      says: /this machine only/,
    },
    { name: 'refuses another name', headers: [['Host', 'example.com']], says: /served under localhost/ },
    {
      name: 'refuses a name that begins like one',
      headers: [['Host', 'localhost.example.com']],
      says: /served under/,
    },
    {
      name: 'refuses two names',
      headers: [
        ['Host', 'localhost'],
        ['Host', 'example.com'],
      ],
      says: /served under/,
    },
    { name: 'refuses no name', headers: [], says: /served under/ },
    {
      name: 'refuses another port of this machine',
      headers: [
        ['Host', 'localhost:1'],
        ['Origin', 'http://localhost:2'],
      ],
      says: /another site/,
    },
    {
      name: 'refuses https',
      headers: [
        ['Host', 'localhost:1'],
        ['Origin', 'https://localhost:1'],
      ],
      says: /another site/,
    },
    {
      name: 'refuses a hidden origin',
      headers: [
        ['Host', 'localhost'],
        ['Origin', 'null'],
      ],
      says: /another site/,
    },
  ];
  for (const { name, peer = '127.0.0.1:50000', headers, says } of rows)
    it(name, () => {
      const said = refusal(peer, headers);
      if (says) assert.match(said ?? '', says);
      else assert.equal(said, undefined);
    });
});
