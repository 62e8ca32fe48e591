import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HeaderList } from '../../src/core/headers.ts';
import type { Candidate } from '../../src/core/identify.ts';
import { createJudge, type JudgePlan, type JudgePorts } from '../../src/core/judge.ts';
import type { ReceivedRequest } from '../../src/core/received.ts';
import { createRepeatedKeys } from '../../src/core/repeated-keys.ts';
import { createScheme } from '../../src/core/signing/schemes.ts';
import type { Verdicts } from '../../src/core/verdict.ts';
import { fakePack } from '../helpers/fake-pack.ts';
import { bytes } from '../helpers/test-bytes.ts';

const AT = new Date('2026-11-20T09:00:00.900Z');
const SECRET = 'correct horse battery staple';
const STANDARD_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const PAID = '{"type":"order.paid","id":"evt_1","order":{"id":"A-1","total":42,"paid":true}}';

const github = createScheme({ scheme: 'github' });
const standard = createScheme({ scheme: 'standard-webhooks' });
const acme: Candidate = {
  pack: fakePack('acme', {
    'order.paid': {
      slug: 'order_paid',
      highlights: ['/order/id', '/order/total', '/order/paid', '/order/gone'],
    },
  }),
  scheme: github,
};
const incidents: Candidate = { pack: fakePack('incidents', { opened: 'opened' }), scheme: standard };
const unsigned: Candidate = {
  pack: fakePack('plain', { 'plain.done': 'done' }),
  scheme: createScheme({ scheme: 'none' }),
};

function request(body: string | Uint8Array, headers: HeaderList = []): ReceivedRequest {
  return {
    id: '01J',
    receivedAt: AT,
    peer: '127.0.0.1:50000',
    method: 'POST',
    target: '/',
    httpVersion: '1.1',
    headers,
    body: typeof body === 'string' ? bytes(body) : body,
  };
}

/** Signed by GitHub's scheme. */
function signed(body: string | Uint8Array, secret = SECRET): ReceivedRequest {
  const unsignedRequest = request(body);
  const headers = github
    .sign({ id: '', timestampSeconds: 0, body: unsignedRequest.body }, [github.parseSecret(secret)])
    .map(({ name, value }) => [name, value] as const);
  return { ...unsignedRequest, headers };
}

function judgeOf(plan: Partial<JudgePlan> = {}, ports: Partial<JudgePorts> = {}) {
  return createJudge(
    { candidates: [acme, incidents, unsigned], secrets: [SECRET], isUnsigned: false, ...plan },
    {
      validate: async () => ({ state: 'valid', warnings: [] }),
      isRepeated: createRepeatedKeys(10).isRepeated,
      ...ports,
    },
  );
}

async function verdictsOf(received: ReceivedRequest, plan: Partial<JudgePlan> = {}): Promise<Verdicts> {
  return (await judgeOf(plan)(received)).verdicts;
}

describe('createJudge', () => {
  it('says everything of a genuine delivery', async () => {
    assert.deepEqual(await judgeOf()(signed(PAID)), {
      verdicts: {
        provider: 'acme',
        isKnownEventType: true,
        eventType: 'order.paid',
        signature: { state: 'genuine', scheme: 'github', secretIndex: 0 },
        schema: { state: 'valid', warnings: [] },
        isDuplicate: false,
        idempotencyKey: 'evt_1',
      },
      repeatKey: 'acme:evt_1',
      slug: 'order_paid',
      highlights: ['A-1', '42', 'paid: true'],
    });
  });

  it('tells the age of a signature, in whole seconds', async () => {
    const timestampSeconds = Math.floor(AT.getTime() / 1000) - 12;
    const received = request('{"type":"opened"}');
    const headers = standard
      .sign({ id: 'msg_1', timestampSeconds, body: received.body }, [standard.parseSecret(STANDARD_SECRET)])
      .map(({ name, value }) => [name, value] as const);
    const { signature } = await verdictsOf({ ...received, headers }, { secrets: [STANDARD_SECRET] });
    assert.deepEqual(signature, {
      state: 'genuine',
      scheme: 'standard-webhooks',
      secretIndex: 0,
      ageSeconds: 12,
    });
  });

  it('refuses a flipped byte', async () => {
    const genuine = signed(PAID);
    const { signature } = await verdictsOf({ ...genuine, body: bytes(PAID.replace('42', '43')) });
    assert.equal(signature.state === 'refused' && signature.reason, 'signature-mismatch');
  });

  it('refuses a delivery without a signature, of a provider that signs', async () => {
    const { signature } = await verdictsOf(request(PAID));
    assert.equal(signature.state === 'refused' && signature.reason, 'header-missing');
  });

  const NOT_VERIFIED: { it: string; body: string; plan: Partial<JudgePlan>; reason: string }[] = [
    { it: 'signatures are switched off', body: PAID, plan: { isUnsigned: true }, reason: 'switched-off' },
    { it: 'no provider is recognised', body: '{}', plan: {}, reason: 'unknown-scheme' },
    { it: 'the provider signs nothing', body: '{"type":"plain.done"}', plan: {}, reason: 'not-signed' },
  ];
  for (const { it: where, body, plan, reason } of NOT_VERIFIED) {
    it(`verifies nothing where ${where}`, async () => {
      const { signature } = await verdictsOf(request(body), plan);
      assert.equal(signature.state === 'not-verified' && signature.reason, reason);
    });
  }

  it('verifies nothing where there is no secret', async () => {
    const judge = createJudge(
      { candidates: [acme], isUnsigned: false },
      { validate: async () => ({ state: 'no-schema' }), isRepeated: () => false },
    );
    const { verdicts } = await judge(signed(PAID));
    assert.equal(verdicts.signature.state === 'not-verified' && verdicts.signature.reason, 'no-secret');
  });

  it('uses the fallback scheme where no provider is recognised', async () => {
    const { signature, provider } = await verdictsOf(signed('{}'), {
      candidates: [],
      fallbackScheme: github,
    });
    assert.equal(signature.state, 'genuine');
    assert.equal(provider, undefined);
  });

  it('takes the provider that was fixed, whatever the delivery looks like', async () => {
    const verdicts = await verdictsOf(signed(PAID), { fixed: incidents, secrets: [STANDARD_SECRET] });
    assert.equal(verdicts.provider, 'incidents');
    assert.equal(verdicts.isKnownEventType, false);
    assert.deepEqual(verdicts.schema, { state: 'no-schema' });
    assert.equal(verdicts.signature.state === 'refused' && verdicts.signature.reason, 'header-missing');
  });

  describe('with several secrets', () => {
    it('tells which one matched', async () => {
      const { signature } = await verdictsOf(signed(PAID), { secrets: ['an older one', SECRET] });
      assert.equal(signature.state === 'genuine' && signature.secretIndex, 1);
    });

    it('counts those that the scheme cannot use', async () => {
      const other: Candidate = { ...acme, scheme: standard };
      const received = request(PAID);
      const timestampSeconds = Math.floor(AT.getTime() / 1000);
      const headers = standard
        .sign({ id: 'msg_1', timestampSeconds, body: received.body }, [standard.parseSecret(STANDARD_SECRET)])
        .map(({ name, value }) => [name, value] as const);
      const { signature } = await verdictsOf(
        { ...received, headers },
        { candidates: [other], secrets: ['not base64!', STANDARD_SECRET] },
      );
      assert.equal(signature.state === 'genuine' && signature.secretIndex, 1);
    });

    it('refuses with the reason where the scheme can use none, without the secret in it', async () => {
      const { signature } = await verdictsOf(request('{"type":"opened"}'), { secrets: ['not base64!'] });
      assert.equal(signature.state === 'refused' && signature.reason, 'secret-unusable');
      assert.doesNotMatch(JSON.stringify(signature), /not base64!/);
    });
  });

  const NOT_JSON: { it: string; body: Uint8Array; message: RegExp }[] = [
    { it: 'an empty body', body: new Uint8Array(), message: /empty/ },
    { it: 'a form', body: bytes('a=1'), message: /not JSON/ },
    { it: 'bytes that are no text', body: Uint8Array.of(0xff, 0x00), message: /UTF-8/ },
  ];
  for (const { it: what, body, message } of NOT_JSON) {
    it(`judges ${what} all the same`, async () => {
      const { verdicts, highlights } = await judgeOf({ fixed: acme })(signed(body));
      assert.equal(verdicts.signature.state, 'genuine');
      assert.equal(verdicts.schema.state, 'not-json');
      assert.match(verdicts.schema.state === 'not-json' ? verdicts.schema.message : '', message);
      assert.equal(verdicts.isKnownEventType, false);
      assert.deepEqual(highlights, []);
    });
  }

  for (const body of [
    'null',
    '7',
    '[]',
    '"order.paid"',
    '{"type":null}',
    '{"type":["order.paid"]}',
    '{"__proto__":{"type":"order.paid"}}',
  ]) {
    it(`finds no event type in ${body}`, async () => {
      const verdicts = await verdictsOf(signed(body), { fixed: acme });
      assert.equal(verdicts.eventType, undefined);
      assert.equal(verdicts.isKnownEventType, false);
      assert.deepEqual(verdicts.schema, { state: 'no-schema' });
    });
  }

  it('does not know an event type that objects inherit', async () => {
    assert.equal(
      (await verdictsOf(signed('{"type":"constructor"}'), { fixed: acme })).isKnownEventType,
      false,
    );
  });

  it('hands the schema the event type and the document', async () => {
    const seen: unknown[] = [];
    const judge = judgeOf(
      {},
      {
        async validate(pack, eventType, document) {
          seen.push([pack.manifest.id, eventType, document]);
          return { state: 'invalid', errors: [{ pointer: '/order', message: 'is wrong' }], warnings: [] };
        },
      },
    );
    const { verdicts } = await judge(signed(PAID));
    assert.deepEqual(seen, [['acme', 'order.paid', JSON.parse(PAID)]]);
    assert.equal(verdicts.schema.state, 'invalid');
  });

  describe('duplicates', () => {
    it('are deliveries whose key came before', async () => {
      const judge = judgeOf();
      const ids = ['evt_1', 'evt_2', 'evt_1', 1, '1'];
      const seen: boolean[] = [];
      for (const id of ids) {
        const { verdicts } = await judge(signed(JSON.stringify({ type: 'order.paid', id })));
        seen.push(verdicts.isDuplicate);
      }
      assert.deepEqual(seen, [false, false, true, false, true]);
    });

    it('are none without a key, or with an empty one', async () => {
      const judge = judgeOf();
      for (const body of [
        '{"type":"order.paid"}',
        '{"type":"order.paid","id":""}',
        '{"type":"order.paid","id":null}',
      ]) {
        for (const received of [signed(body), signed(body)]) {
          const { verdicts } = await judge(received);
          assert.equal(verdicts.isDuplicate, false);
          assert.equal(verdicts.idempotencyKey, undefined);
        }
      }
    });

    it('are none of two providers with the same key', async () => {
      const judge = judgeOf();
      await judge(signed('{"type":"order.paid","id":"1"}'));
      const { verdicts } = await judge(request('{"type":"plain.done","id":"1"}'));
      assert.equal(verdicts.isDuplicate, false);
    });
  });

  it('lets an error rise that is not of the secret', async () => {
    const broken: Candidate = {
      ...acme,
      scheme: {
        ...github,
        parseSecret() {
          throw new TypeError('a bug');
        },
      },
    };
    await assert.rejects(judgeOf({ candidates: [broken] })(signed(PAID)), TypeError);
  });
});
