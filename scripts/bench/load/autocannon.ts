// autocannon with one fixed, unsigned body, or with each request signed anew:
// node autocannon.js <url> <amount> <connections> fixed|signed
import { createRequire } from 'node:module';
import { asRequest, signedDeliveries } from '../deliveries.ts';

type Autocannon = (options: object) => Promise<{ non2xx: number; errors: number }>;
const autocannon = createRequire(import.meta.url)('autocannon') as Autocannon;

const [url = '', amount = '', connections = '', mode] = process.argv.slice(2);
const create = await signedDeliveries(url);
const { headers, ...first } = asRequest(create());
const isSigned = mode === 'signed';
const unsigned = Object.fromEntries(Object.entries(headers).filter(([name]) => !/^webhook-/i.test(name)));
const { non2xx, errors } = await autocannon({
  url,
  amount: Number(amount),
  connections: Number(connections),
  requests: [
    isSigned
      ? { setupRequest: (request: object) => ({ ...request, ...asRequest(create()) }) }
      : { ...first, headers: unsigned },
  ],
});
if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests failed`);
