import { exec } from 'node:child_process';
import type { Deliver } from '../core/delivery.ts';
import { parseEndpoint } from '../core/endpoint-address.ts';
import type { ProbeAnswer } from '../core/probe-answer.ts';

export type Probe = (values: Readonly<Record<string, string>>) => Promise<ProbeAnswer>;

const TIMEOUT_MS = 10_000;
const LARGEST_OUTPUT_BYTES = 1024 * 1024;
// A URL, a port, or host:port with an optional path; everything else is a command.
const ADDRESS = /^(?:https?:\/\/|:?\d+(?:\/|$)|[a-z0-9.-]+:\d+(?:[/?]|$)|localhost(?:[/?]|$))\S*$/i;

/**
 * Reads what tells a receiver's side effects: a URL is fetched, anything else is run by the shell. The values stand for
 * `{name}` in a URL, percent-encoded; a command finds them in its environment, as HOOKS_NAME, never in its text.
 */
export function createProbe(spec: string, deliver: Deliver): Probe {
  return ADDRESS.test(spec) ? urlProbe(spec, deliver) : commandProbe(spec);
}

/** A probe that fetches a URL. */
export function urlProbe(spec: string, deliver: Deliver): Probe {
  return async (values) => {
    const filled = spec.replace(/\{(\w+)\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? encodeURIComponent(values[name] ?? '') : whole,
    );
    const request = {
      method: 'GET',
      url: parseEndpoint(filled).href,
      headers: [['Accept', '*/*']] as const,
      body: new Uint8Array(),
    };
    const result = await deliver(request, { timeoutMs: TIMEOUT_MS });
    if (result.kind === 'failed') return { ok: false, message: result.message };
    const text = Buffer.from(result.body).toString();
    if (result.status >= 200 && result.status < 300) return { ok: true, status: result.status, text };
    return { ok: false, message: `${request.url} answered ${result.status}`, status: result.status, text };
  };
}

/** A probe that runs a command with the shell. */
export function commandProbe(command: string): Probe {
  return (values) =>
    new Promise((resolve) => {
      const named = Object.entries(values).map(([name, value]) => [`HOOKS_${name.toUpperCase()}`, value]);
      const options = {
        env: { ...process.env, ...Object.fromEntries(named) },
        timeout: TIMEOUT_MS,
        maxBuffer: LARGEST_OUTPUT_BYTES,
      };
      if (named.some(([, value]) => value?.includes('\0'))) {
        return resolve({ ok: false, message: 'a value holds a zero byte, which no environment can carry' });
      }
      exec(command, options, (error, stdout, stderr) => {
        if (error === null) return resolve({ ok: true, text: stdout });
        const end = error.killed ? `no end within ${TIMEOUT_MS} ms` : `exit code ${error.code ?? 'unknown'}`;
        resolve({
          ok: false,
          message: [`the command gave ${end}`, stderr.trim()].filter(Boolean).join(': '),
        });
      });
    });
}
