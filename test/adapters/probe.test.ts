import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHttpClient } from '../../src/adapters/http-client/http-client.ts';
import { createProbe } from '../../src/adapters/probe.ts';
import { endpoint } from '../helpers/endpoint.ts';

const client = createHttpClient({});
const NODE = JSON.stringify(process.execPath);

describe('a probe that is an address', () => {
  it('is fetched, with the values percent-encoded in it', async (t) => {
    const { port, received } = await endpoint(t, (response) => response.end('3'));
    const probe = createProbe(`127.0.0.1:${port}/stats?id={id}&other={other}`, client.deliver);
    assert.deepEqual(await probe({ id: 'a&b/c' }), { ok: true, status: 200, text: '3' });
    assert.equal(received[0]?.method, 'GET');
    assert.match(received[0]?.target ?? '', /^\/stats\?id=a%26b%2Fc&other=/);
  });

  it('tells status and text of an answer that is no success', async (t) => {
    const { url } = await endpoint(t, (response) => response.writeHead(404).end('no such order'));
    const answer = await createProbe(url, client.deliver)({});
    assert.deepEqual(answer, {
      ok: false,
      message: `${url} answered 404`,
      status: 404,
      text: 'no such order',
    });
  });

  it('says why there was no answer', async () => {
    const answer = await createProbe('http://127.0.0.1:1/', client.deliver)({});
    assert.ok(!answer.ok);
    assert.match(answer.message, /nothing listens on port 1/);
  });
});

describe('a probe that is a command', () => {
  it('finds the values in its environment', async () => {
    const probe = createProbe(
      `${NODE} -p "process.env.HOOKS_ID + process.env.HOOKS_SUBJECT"`,
      client.deliver,
    );
    assert.deepEqual(await probe({ id: 'a', subject: 'b c' }), { ok: true, text: 'ab c\n' });
  });

  it('never has a value in its text, whatever stands in it', async () => {
    const probe = createProbe('echo "{id}"', client.deliver);
    assert.deepEqual(await probe({ id: '$(echo executed)' }), { ok: true, text: '{id}\n' });
  });

  it('fails with its exit code and what it wrote to stderr', async () => {
    const answer = await createProbe('echo "no database" >&2; exit 3', client.deliver)({});
    assert.deepEqual(answer, { ok: false, message: 'the command gave exit code 3: no database' });
  });

  it('is not run with a value that no environment can carry', async () => {
    const answer = await createProbe('echo run', client.deliver)({ id: 'a\0b' });
    assert.deepEqual(answer, {
      ok: false,
      message: 'a value holds a zero byte, which no environment can carry',
    });
  });
});
