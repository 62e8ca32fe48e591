import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatCurl } from '../../../src/core/export/curl.ts';
import { MASK } from '../../../src/core/secret-headers.ts';
import { RECEIVED, SENT } from './recordings.ts';

describe('formatCurl', () => {
  it('sends a sent delivery to its URL, with the secret to be filled in', () => {
    const lines = formatCurl(SENT).split(' \\\n  ');
    assert.equal(lines[0], 'curl');
    for (const line of [
      "-X 'PUT'",
      "-H 'Content-Type: application/json'",
      '-H "Authorization: $HOOKS_SECRET"',
      "--data-raw '{}'",
    ]) {
      assert.ok(lines.includes(line), `${line} is not in ${lines.join(' ')}`);
    }
    assert.equal(lines.at(-1), "'https://localhost:3443/hooks?x=1'\n");
  });

  it('leaves out what curl makes itself, and takes the URL that was given', () => {
    const command = formatCurl(RECEIVED, 'http://localhost:4000/');
    assert.doesNotMatch(command, /-H .(?:host|content-length):/i);
    assert.match(command, /'http:\/\/localhost:4000\/'\n$/);
  });

  it('lets no header name reach the shell', () => {
    const command = formatCurl({ ...SENT, headers: [['X-`id`$HOME', MASK]] });
    assert.match(command, /-H 'X-`id`\$HOME: /);
  });
});
