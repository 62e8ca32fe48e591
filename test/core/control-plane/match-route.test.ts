import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Route } from '../../../src/core/control-plane/document.ts';
import { matchRoute } from '../../../src/core/control-plane/match-route.ts';

const routes = [
  'GET /v2/things',
  'POST /v2/things',
  'GET /v2/things/{id}',
  'GET /v2/things/all',
  'PUT /v2/{kind}/{id}',
].map((text) => {
  const [method = '', path = ''] = text.split(' ');
  return { method, path, pointer: [], operation: {} } as unknown as Route;
});

describe('matching a route', () => {
  const rows: [call: string, found: string | string[], path?: Record<string, string>][] = [
    ['GET /v2/things', 'GET /v2/things', {}],
    ['GET /v2/things/', 'GET /v2/things', {}],
    ['GET /v2/things/a%20b', 'GET /v2/things/{id}', { id: 'a b' }],
    ['GET /v2/things/a%2Fb', 'GET /v2/things/{id}', { id: 'a/b' }],
    ['GET /v2/things/all', 'GET /v2/things/all', {}],
    ['PUT /v2/things/7', 'PUT /v2/{kind}/{id}', { kind: 'things', id: '7' }],
    ['DELETE /v2/things', ['GET', 'POST']],
    ['GET /v2/things/%ff', []],
    ['GET /v2/things//', []],
    ['GET /V2/things', []],
    ['GET /', []],
    ['GET /v2/things/a/b', []],
  ];
  for (const [call, found, path] of rows)
    it(`answers ${call} with ${[found].flat().join(', ') || 'nothing'}`, () => {
      const [method = '', pathname = ''] = call.split(' ');
      const match = matchRoute(routes, method, pathname);
      if ('allowed' in match) assert.deepEqual(match.allowed, found);
      else assert.deepEqual([`${match.route.method} ${match.route.path}`, match.path], [found, path]);
    });
});
