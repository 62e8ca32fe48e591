import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyFor } from '../../../src/adapters/http-client/proxy-environment.ts';

const PROXY = 'http://proxy.example:3128';
const OTHER = 'http://other.example:3128';

const CHOICES: { name: string; url?: string; environment: Record<string, string>; proxy?: string }[] = [
  { name: 'nothing is set', environment: {} },
  {
    name: 'HTTP_PROXY, for http',
    url: 'http://receiver.example',
    environment: { HTTP_PROXY: PROXY },
    proxy: PROXY,
  },
  { name: 'HTTP_PROXY, for https', environment: { HTTP_PROXY: PROXY } },
  { name: 'HTTPS_PROXY, for https', environment: { HTTPS_PROXY: PROXY }, proxy: PROXY },
  { name: 'HTTPS_PROXY, for http', url: 'http://receiver.example', environment: { HTTPS_PROXY: PROXY } },
  { name: 'lower case wins', environment: { HTTPS_PROXY: OTHER, https_proxy: PROXY }, proxy: PROXY },
  { name: 'ALL_PROXY where there is no other', environment: { ALL_PROXY: PROXY }, proxy: PROXY },
  {
    name: 'the scheme wins over ALL_PROXY',
    environment: { all_proxy: OTHER, HTTPS_PROXY: PROXY },
    proxy: PROXY,
  },
  { name: 'set to nothing', environment: { https_proxy: '', HTTPS_PROXY: PROXY, ALL_PROXY: PROXY } },
];

const LOOPBACK = [
  'http://localhost:3000',
  'https://app.localhost',
  'http://LOCALHOST.:3000',
  'http://127.0.0.1:3000',
  'http://127.8.9.1',
  'http://[::1]:3000',
];

const EXCEPTIONS: { entry: string; except: string[]; not: string[] }[] = [
  { entry: '*', except: ['https://receiver.example', 'http://10.0.0.1'], not: [] },
  {
    entry: 'receiver.example',
    except: ['https://receiver.example', 'https://RECEIVER.example.:8443', 'https://a.b.receiver.example'],
    not: ['https://otherreceiver.example', 'https://receiver.example.org'],
  },
  { entry: '.receiver.example', except: ['https://a.receiver.example'], not: ['https://areceiver.example'] },
  { entry: '*.receiver.example', except: ['https://a.receiver.example'], not: ['https://areceiver.example'] },
  {
    entry: 'receiver.example:8443',
    except: ['https://receiver.example:8443', 'https://a.receiver.example:8443'],
    not: ['https://receiver.example', 'http://receiver.example:84'],
  },
  { entry: 'receiver.example:443', except: ['https://receiver.example'], not: ['http://receiver.example'] },
  { entry: '10.1.2.3', except: ['http://10.1.2.3:8080'], not: ['http://10.1.2.30', 'http://110.1.2.3'] },
  { entry: '2.3', except: [], not: ['http://10.1.2.3'] },
  { entry: '10.0.0.0/8', except: ['http://10.255.0.1'], not: ['http://11.0.0.1', 'http://[fd00::1]'] },
  { entry: '2001:db8::1', except: ['http://[2001:db8::1]:3000'], not: ['http://[2001:db8::2]'] },
  { entry: '[2001:db8::1]:3000', except: ['http://[2001:db8::1]:3000'], not: ['http://[2001:db8::1]'] },
  {
    entry: '2001:db8::/32',
    except: ['http://[2001:db8:1::1]'],
    not: ['http://[2001:db9::1]', 'http://32.1.13.184'],
  },
  { entry: 'nonsense/99', except: [], not: ['https://receiver.example', 'http://10.0.0.1'] },
  { entry: '10.0.0.0/99', except: [], not: ['http://10.0.0.1'] },
];

describe('proxyFor', () => {
  for (const { name, url = 'https://receiver.example/hooks', environment, proxy } of CHOICES) {
    it(`reads the environment: ${name}`, () => {
      assert.equal(proxyFor(new URL(url), environment), proxy);
    });
  }

  for (const url of LOOPBACK) {
    it(`never sends ${url} through a proxy`, () => {
      assert.equal(
        proxyFor(new URL(url), { HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, ALL_PROXY: PROXY }),
        undefined,
      );
    });
  }

  for (const { entry, except, not } of EXCEPTIONS) {
    it(`holds to NO_PROXY=${entry}`, () => {
      for (const list of [entry, `unrelated.example, ${entry}`, `${entry} unrelated.example,`]) {
        const environment = { ALL_PROXY: PROXY, NO_PROXY: list };
        for (const url of except) assert.equal(proxyFor(new URL(url), environment), undefined, url);
        for (const url of not) assert.equal(proxyFor(new URL(url), environment), PROXY, url);
      }
    });
  }
});
