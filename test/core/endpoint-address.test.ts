import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPrivateHost, parseEndpoint } from '../../src/core/endpoint-address.ts';
import { HooksError } from '../../src/core/errors.ts';
import { hooksError } from '../helpers/hooks-error.ts';

describe('parseEndpoint', () => {
  const GOOD: { it: string; text: string; url: string }[] = [
    { it: 'a port', text: '3000', url: 'http://localhost:3000/' },
    { it: 'a port behind a colon', text: ':3000', url: 'http://localhost:3000/' },
    { it: 'a port with a path', text: '3000/hooks?a=1', url: 'http://localhost:3000/hooks?a=1' },
    { it: 'a port with a query', text: '3000?a=1', url: 'http://localhost:3000/?a=1' },
    { it: 'the default port', text: '80', url: 'http://localhost/' },
    { it: 'spaces around it', text: ' 3000\n', url: 'http://localhost:3000/' },
    { it: 'a host with a port', text: 'localhost:3000/hooks', url: 'http://localhost:3000/hooks' },
    { it: 'capitals', text: 'LOCALHOST:3000', url: 'http://localhost:3000/' },
    { it: 'a scheme in capitals', text: 'HTTP://LOCALHOST/A', url: 'http://localhost/A' },
    { it: 'a name of the local network', text: 'receiver:8080', url: 'http://receiver:8080/' },
    { it: 'a name that ends in .localhost', text: 'app.localhost', url: 'http://app.localhost/' },
    { it: 'localhost with a dot at its end', text: 'localhost.:3000', url: 'http://localhost.:3000/' },
    { it: 'a private address', text: '10.0.0.5:8080', url: 'http://10.0.0.5:8080/' },
    { it: 'a short loopback address', text: '127.1:80', url: 'http://127.0.0.1/' },
    { it: 'a public address', text: '8.8.8.8', url: 'https://8.8.8.8/' },
    { it: 'a public address at port 80', text: 'example.com:80', url: 'https://example.com:80/' },
    { it: 'a public address at port 443', text: 'example.com:443', url: 'https://example.com/' },
    { it: 'a public name', text: 'example.com/hooks', url: 'https://example.com/hooks' },
    { it: 'a name with umlauts', text: 'bücher.example/ä', url: 'https://xn--bcher-kva.example/%C3%A4' },
    { it: 'an IPv6 address', text: '::1', url: 'http://[::1]/' },
    { it: 'an IPv6 address with a port', text: '[::1]:3000/x', url: 'http://[::1]:3000/x' },
    { it: 'a public IPv6 address', text: '[2001:db8::1]:443', url: 'https://[2001:db8::1]/' },
    { it: 'a unique local IPv6 address', text: 'fd12::1', url: 'http://[fd12::1]/' },
    { it: 'a link-local IPv6 address', text: 'fe80::1', url: 'http://[fe80::1]/' },
    { it: 'user and password', text: 'ann:pw@localhost:3000', url: 'http://ann:pw@localhost:3000/' },
    { it: 'a URL as it is', text: 'http://example.com/a?b#c', url: 'http://example.com/a?b#c' },
    { it: 'https to this machine', text: 'https://localhost:8443', url: 'https://localhost:8443/' },
  ];
  for (const { it: what, text, url } of GOOD) {
    it(`reads ${what}`, () => assert.equal(parseEndpoint(text).href, url));
  }

  const BAD: { it: string; text: string; part?: RegExp }[] = [
    { it: 'nothing', text: '' },
    { it: 'spaces', text: '  ' },
    { it: 'a path alone', text: '/webhooks', part: /neither a host nor a port/ },
    { it: 'a query alone', text: '?a=1', part: /neither a host nor a port/ },
    { it: 'port 0', text: ':0', part: /port 0/ },
    { it: 'a port that is too high', text: '70000' },
    { it: 'a port that is no number', text: 'localhost:http' },
    { it: 'a space inside', text: 'local host:3000' },
    { it: 'another scheme', text: 'ftp://example.com', part: /not ftp/ },
    { it: 'a file', text: 'file:///etc/passwd', part: /not file/ },
    { it: 'a scheme without slashes', text: 'http:example.com' },
    { it: 'a scheme with one slash', text: 'https:/example.com', part: /ends with ':\/\/'/ },
    { it: 'another scheme with one slash', text: 'ftp:/example.com' },
    { it: 'an address with a zone', text: 'fe80::1%eth0' },
    { it: 'an open bracket', text: '[::1:3000' },
  ];
  for (const { it: what, text, part } of BAD) {
    it(`refuses ${what}`, () => assert.throws(() => parseEndpoint(text), hooksError('usage', part)));
  }

  for (const text of [
    'https://ann:pass-word@host:99999/',
    'ann:pass-word@host:99999',
    'ftp://ann:pass-word@h',
    'https:/ann:pass-word@host',
    '//ann:pass-word@host',
    ' ann:pass-word@ho st',
    'https://ann:x/pass-word@host',
    'https://ann:x?pass-word@host',
    'https://ann:x#pass-word@host',
    'https://ann:x@y:z/pass-word@host',
    'https://ann:1\npass-word@host:99999',
  ]) {
    it(`keeps the password of ${JSON.stringify(text)} out of its error`, () => {
      assert.throws(
        () => parseEndpoint(text),
        (error: unknown) =>
          error instanceof HooksError && !/pass-word/.test(`${error.message}${error.why}${error.next}`),
      );
    });
  }
});

describe('isPrivateHost', () => {
  const PRIVATE = [
    'localhost',
    'LocalHost',
    'localhost.',
    'api.localhost',
    'printer.local',
    'host.docker.internal',
    'shop.test',
    'db',
    '127.0.0.1',
    '127.255.255.254',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.1.1',
    '0.0.0.0',
    '::1',
    '[::1]',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '[::ffff:7f00:1]',
  ];
  for (const host of PRIVATE) it(`is true for ${host}`, () => assert.equal(isPrivateHost(host), true));

  const PUBLIC = [
    'example.com',
    'localhost.example.com',
    '172.32.0.1',
    '172.15.255.255',
    '192.169.0.1',
    '11.0.0.1',
    '8.8.8.8',
    '2001:db8::1',
    '[2606:4700::1111]',
    '::ffff:8.8.8.8',
    'internal.example',
  ];
  for (const host of PUBLIC) {
    it(`is false for ${host}`, () => assert.equal(isPrivateHost(host), false));
  }
});
