import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownUrl } from '../../src/core/shown-url.ts';

describe('shownUrl', () => {
  const ROWS: [it: string, url: string, shown: string][] = [
    ['masks a token', 'https://a.example/h?token=abc', 'https://a.example/h?token=***'],
    ['masks it in a target', '/h?a=1&api_key=abc&b=2', '/h?a=1&api_key=***&b=2'],
    ['masks each of several', '/h?token=a&token=b', '/h?token=***&token=***'],
    ['masks a value with an = in it', '/h?secret=a=b', '/h?secret=***'],
    ['masks it behind a name that is percent-encoded', '/h?%74oken=abc', '/h?%74oken=***'],
    ['keeps what is no credential, byte for byte', '/h?b=%7e&a=%7E+x&&c#f', '/h?b=%7e&a=%7E+x&&c#f'],
    ['keeps the fragment', '/h?token=abc#top', '/h?token=***#top'],
    ['masks what stands in a fragment like a query', '/h#a?token=abc', '/h#a?token=***'],
    ['keeps a name without a value', '/h?token&token=', '/h?token&token='],
    ['keeps a name that is not encoded right', '/h?%zz=1', '/h?%zz=1'],
    ['keeps a URL without a query', 'http://localhost:3000/token', 'http://localhost:3000/token'],
  ];
  for (const [does, url, shown] of ROWS) it(does, () => assert.equal(shownUrl(url), shown));
});
