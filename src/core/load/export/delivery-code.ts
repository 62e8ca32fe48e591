/**
 * `delivery.mjs`, the same file for every engine and for Node: what differs between them comes in as `host`. It has to run
 * where there is neither Buffer nor TextEncoder.
 */
export const DELIVERY_CODE = `// Makes signed deliveries from delivery.json; written by hooks load --export.
// The host gives: variable(name), randomBytes(count), hmacSha256(key, text, encoding), base64(text).

/** A function that makes the next delivery: { id, url, headers, body }. */
export function createDeliveries(data, host) {
  const url = host.variable('HOOKS_URL') || data.url;
  if (!url) throw new Error('set HOOKS_URL to the whole URL of the endpoint: it holds a credential, which is not written down');
  const sign = createSigner(data.signing, host);
  return function nextDelivery() {
    const now = new Date();
    const values = data.body.fields.map((field) => freshValue(field, now, host.randomBytes));
    const body = data.body.pieces.reduce((text, piece, index) => text + values[index - 1] + piece);
    const id = deliveryId(data.id, values, now, host.randomBytes);
    const headers = {};
    for (const [name, value] of data.before) headers[name] = headerValue(name, value, id, host);
    for (const [name, value] of sign(id, now, body)) {
      if (!data.replaced.includes(name.toLowerCase())) headers[name] = value;
    }
    for (const [name, value] of data.after) headers[name] = headerValue(name, value, id, host);
    return { id, url, headers, body };
  };
}

function headerValue(name, value, id, host) {
  if (Array.isArray(value)) return value.join(id);
  const found = host.variable(value.variable);
  if (!found) throw new Error('set ' + value.variable + ' to the value of the header ' + name);
  return found;
}

function createSigner(recipe, host) {
  if (recipe.kind === 'none') return () => [];
  const secret = host.variable('HOOKS_SECRET');
  if (!secret) throw new Error('set HOOKS_SECRET to the signing secret');
  if (recipe.kind === 'secret') {
    const value = recipe.word === 'Basic' ? 'Basic ' + host.base64(secret) : recipe.word ? recipe.word + ' ' + secret : secret;
    return () => [[recipe.header, value]];
  }
  const key = signingKey(recipe.key, secret);
  return function sign(id, now, body) {
    const ms = now.getTime();
    const timestamp = String(recipe.timestampUnit === 'milliseconds' ? Math.floor(ms / 1000) * 1000 : Math.floor(ms / 1000));
    const content = recipe.content.replace(/\\{(id|timestamp|body)\\}/g, (_, name) => ({ id, timestamp, body })[name]);
    const signature = recipe.prefix + host.hmacSha256(key, content, recipe.encoding);
    const headers = [];
    if (recipe.idHeader) headers.push([recipe.idHeader, id]);
    if (recipe.timestampHeader) headers.push([recipe.timestampHeader, timestamp]);
    const start = recipe.timestampItem ? recipe.timestampItem + timestamp + recipe.separator : '';
    headers.push([recipe.signatureHeader, start + signature]);
    return headers;
  };
}

/** A text stands for its UTF-8 bytes. */
function signingKey(kind, secret) {
  if (kind === 'utf8') return secret;
  if (kind === 'hex') {
    if (secret.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(secret)) throw new Error('HOOKS_SECRET is not hexadecimal');
    return Uint8Array.from(secret.match(/../g), (pair) => parseInt(pair, 16));
  }
  if (kind === 'whsec' && /^(whsk_|whpk_)/.test(secret)) {
    throw new Error('HOOKS_SECRET is an Ed25519 key, which this engine cannot sign with; use a whsec_ secret');
  }
  return decodeBase64(kind === 'whsec' ? secret.replace(/^whsec_/, '') : secret);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decodeBase64(text) {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new Error('HOOKS_SECRET is not base64');
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 6) / 8));
  let bits = 0;
  let value = 0;
  let at = 0;
  for (const digit of digits) {
    value = ((value << 6) | BASE64.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (value >> bits) & 0xff;
  }
  return bytes;
}

function freshValue(field, now, randomBytes) {
  if (field.value === 'uuid') return uuid(randomBytes);
  if (field.value === 'ulid') return ulid(randomBytes, now);
  const [whole, milliseconds] = now.toISOString().slice(0, -1).split('.');
  const digits = field.fractionDigits;
  return digits === 0 ? whole + 'Z' : whole + '.' + milliseconds.padEnd(digits, '0').slice(0, digits) + 'Z';
}

function deliveryId(source, values, now, randomBytes) {
  if (source.kind === 'field') return values[source.index];
  if (source.kind === 'fixed') return source.value;
  if (source.format === 'uuid') return uuid(randomBytes);
  if (source.format === 'ulid') return ulid(randomBytes, now);
  return source.format + letters(randomBytes, 27, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
}

function uuid(randomBytes) {
  const bytes = randomBytes(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function ulid(randomBytes, now) {
  let time = now.getTime();
  let head = '';
  for (let digit = 0; digit < 10; digit++) {
    head = CROCKFORD[time % 32] + head;
    time = Math.floor(time / 32);
  }
  return head + letters(randomBytes, 16, CROCKFORD);
}

function letters(randomBytes, count, alphabet) {
  return Array.from(randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join('');
}
`;
