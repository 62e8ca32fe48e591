// biome-ignore-all lint/suspicious/noTemplateCurlyInString: project files refer to secrets like this
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createAjv } from '../../src/adapters/ajv.ts';
import { parseYaml } from '../../src/adapters/located-yaml.ts';
import { findProjectFile, pathInside, readProject } from '../../src/adapters/project-file.ts';
import { HooksError } from '../../src/core/errors.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { repoRoot } from '../helpers/repo-root.ts';

const schema = JSON.parse(readFileSync(join(repoRoot, 'fixtures/project.schema.json'), 'utf8')) as object;
const isValid = createAjv().compile(schema);

/** Whether the schema accepts a text; YAML that is none is no matter of a schema. */
function fitsSchema(text: string): boolean {
  return isValid(parseYaml(text, 'hooks.yaml').document);
}

function write(t: TestContext, text: string): { folder: string; file: string } {
  const folder = temporaryFolder(t);
  const file = join(folder, 'hooks.yaml');
  writeFileSync(file, text);
  return { folder, file };
}

const FULL = `
provider: acme
endpoint: shop
timeout: 5s
tolerance: 1.5m
port: 4000
endpoints:
  shop:
    url: https://shop.example/hooks
    provider: acme
    events: ['order_*', acme/ping]
    secret: \${env:SHOP_SECRET}
  local:
    url: 3000
    events: "*"
    secrets: ["\${file:secrets/new.txt}", "\${env:OLD}"]
  only-a-name: { url: localhost:3001/x }
scenarios: stories
providers: [./acme, ../shared/providers]
`;

describe('readProject', () => {
  it('reads everything that a project file can say', async (t) => {
    const { folder, file } = write(t, FULL);
    const project = await readProject(file, folder);
    assert.ok(fitsSchema(FULL));
    assert.deepEqual(project.settings, {
      provider: 'acme',
      endpoint: 'shop',
      timeout: '5s',
      tolerance: '1.5m',
      port: '4000',
    });
    assert.deepEqual([project.file, project.directory], [file, folder]);
    assert.deepEqual(
      [...project.endpoints].map(([name, { url, provider, events, references }]) => [
        name,
        url,
        provider,
        events,
        references.map((one) => `${one.from} ${one.name} ${one.place.line}:${one.place.column}`),
      ]),
      [
        ['shop', 'https://shop.example/hooks', 'acme', ['order_*', 'acme/ping'], ['env SHOP_SECRET 12:13']],
        [
          'local',
          'http://localhost:3000/',
          undefined,
          ['*'],
          ['file secrets/new.txt 16:15', 'env OLD 16:42'],
        ],
        ['only-a-name', 'http://localhost:3001/x', undefined, undefined, []],
      ],
    );
    assert.deepEqual(
      [...project.scenarios, ...project.providers].map(({ text }) => text),
      ['stories', './acme', '../shared/providers'],
    );
  });

  for (const text of ['', '# nothing yet\n', '{}', 'endpoints:\n', 'port: "4000"', 'endpoint: 3000']) {
    it(`accepts ${JSON.stringify(text)}, as its schema does`, async (t) => {
      const { folder, file } = write(t, text);
      await readProject(file, folder);
      assert.ok(fitsSchema(text));
    });
  }

  // Where no schema can tell, `only` says that the reader does.
  const WRONG: { it: string; text: string; error: RegExp; only?: 'reader' }[] = [
    {
      it: 'an unknown key',
      text: 'providr: acme',
      error: /^hooks\.yaml:1:1: .*'providr'.*did you mean provider\?/,
    },
    {
      it: 'an unknown key of an endpoint',
      text: 'endpoints:\n  shop:\n    url: 3000\n    event: x',
      error: /^hooks\.yaml:4:5: the endpoint 'shop' has no key 'event'.*did you mean events\?/,
    },
    {
      it: 'a secret for every host',
      text: 'secret: whsec_clear',
      error: /has no key 'secret'.*belongs to an endpoint.*\$\{env:NAME\}/,
    },
    { it: 'to switch off TLS checks', text: 'insecure: true', error: /has no key 'insecure'.*--insecure/ },
    { it: 'to run a program', text: 'start: ./receiver', error: /has no key 'start'/ },
    {
      it: 'a secret in clear text',
      text: 'endpoints: { shop: { url: 3000, secret: whsec_clear } }',
      error: /^hooks\.yaml:1:41: must be a reference.*\$\{env:NAME\} or \$\{file:path\}/,
    },
    {
      it: 'secrets in clear text',
      text: 'endpoints: { shop: { url: 3000, secrets: [whsec_clear] } }',
      error: /must be a reference/,
    },
    {
      it: 'one secret where a list is meant',
      text: 'endpoints: { shop: { url: 3000, secrets: whsec_clear } }',
      error: /must be a list of references/,
    },
    {
      it: 'a secret that is a number',
      text: 'endpoints: { shop: { url: 3000, secret: 8675309 } }',
      error: /must be a reference/,
    },
    {
      it: 'a variable in the spelling of a shell',
      text: 'endpoints: { shop: { url: 3000, secret: "${SHOP_SECRET}" } }',
      error: /did you mean \$\{env:SHOP_SECRET\}\?/,
    },
    {
      it: 'secret and secrets at once',
      text: 'endpoints: { shop: { url: 3000, secret: "${env:A}", secrets: ["${env:B}"] } }',
      error: /secret and secrets both give the secret/,
    },
    {
      it: 'a variable in a URL',
      text: 'endpoints: { shop: { url: "https://${env:HOST}/" } }',
      error: /^hooks\.yaml:1:27: \$\{…\} is expanded in secret and secrets alone/,
    },
    { it: 'a variable in a setting', text: 'provider: "${env:HOME}"', error: /is expanded in secret/ },
    {
      it: 'a file outside of the project',
      text: 'endpoints: { shop: { url: 3000, secret: "${file:a/../../key}" } }',
      error: /only from a file in the folder of the project/,
      only: 'reader',
    },
    {
      it: 'a file with an absolute path',
      text: 'endpoints: { shop: { url: 3000, secret: "${file:/etc/passwd}" } }',
      error: /only from a file in the folder of the project/,
      only: 'reader',
    },
    {
      it: 'a password in a URL',
      text: 'endpoints: { shop: { url: "https://ada:whsec_clear@shop.example/" } }',
      error: /the URL holds credentials/,
      only: 'reader',
    },
    {
      it: 'a token in the query of the default endpoint',
      text: 'endpoint: https://shop.example/?token=whsec_clear',
      error: /the URL holds credentials/,
      only: 'reader',
    },
    {
      it: 'a URL of another protocol',
      text: 'endpoints: { shop: { url: "ftp://shop.example" } }',
      error: /http or https, not ftp/,
      only: 'reader',
    },
    { it: 'an endpoint without a URL', text: 'endpoints: { shop: {} }', error: /'shop' has no url/ },
    { it: 'an endpoint that is only a text', text: 'endpoints: { shop: 3000 }', error: /shop must be a map/ },
    {
      it: 'a name that is an address',
      text: 'endpoints: { LocalHost: { url: 3000 } }',
      error: /cannot be the name/,
    },
    {
      it: 'an empty list of events',
      text: 'endpoints: { shop: { url: 3000, events: [] } }',
      error: /empty list/,
    },
    { it: 'an empty text', text: 'provider: ""', error: /provider is empty/ },
    { it: 'a number for a provider', text: 'provider: 7', error: /provider must be a text/ },
    { it: 'a duration without a unit', text: 'timeout: 5', error: /did you mean 5s or 5ms\?/ },
    { it: 'a port that is none', text: 'port: 70000', error: /'70000' is not a port/ },
    { it: 'a list instead of keys', text: '- provider', error: /the project file must be a map/ },
    { it: 'no folders', text: 'scenarios: []', error: /empty list/ },
  ];
  for (const { it: what, text, error, only } of WRONG) {
    it(`refuses ${what}`, async (t) => {
      const { folder, file } = write(t, text);
      await assert.rejects(readProject(file, folder), (thrown) => {
        assert.ok(thrown instanceof HooksError, String(thrown));
        assert.equal(thrown.kind, 'invalid-input');
        const all = `${thrown.message} ${thrown.why ?? ''} ${thrown.next}`;
        assert.match(all, error);
        assert.doesNotMatch(all, /whsec_clear|8675309/);
        return true;
      });
      assert.equal(fitsSchema(text), only === 'reader');
    });
  }

  it('tells everything that is wrong at once, and what YAML cannot read', async (t) => {
    const several = write(t, 'a: 1\nb: 2\n');
    await assert.rejects(readProject(several.file, several.folder), /hooks\.yaml:1:1: /);
    await assert.rejects(readProject(several.file, several.folder), ({ why }: HooksError) => {
      assert.match(why ?? '', /hooks\.yaml:2:1: /);
      return true;
    });
    const torn = write(t, 'endpoints: {');
    await assert.rejects(readProject(torn.file, torn.folder), ({ message, next }: HooksError) => {
      assert.match(message, /hooks\.yaml:1:\d+: not readable as YAML/);
      assert.match(next ?? '', /hooks schema project/);
      return true;
    });
  });
});

describe('findProjectFile', () => {
  it('looks from the folder upward and takes the nearest', (t) => {
    const home = temporaryFolder(t);
    const inner = join(home, 'a/b/c');
    mkdirSync(inner, { recursive: true });
    assert.equal(findProjectFile(inner, { HOME: home }), undefined);
    writeFileSync(join(home, 'hooks.yml'), '');
    assert.equal(findProjectFile(inner, { HOME: home }), join(home, 'hooks.yml'));
    writeFileSync(join(home, 'a/hooks.yaml'), '');
    assert.equal(findProjectFile(inner, { HOME: home }), join(home, 'a/hooks.yaml'));
    mkdirSync(join(inner, 'hooks.yaml'));
    assert.equal(findProjectFile(inner, { HOME: home }), join(home, 'a/hooks.yaml'));
  });

  it('looks no further than the home of the user', (t) => {
    const outer = temporaryFolder(t);
    const home = join(outer, 'home');
    mkdirSync(join(home, 'work'), { recursive: true });
    writeFileSync(join(outer, 'hooks.yaml'), '');
    assert.equal(findProjectFile(join(home, 'work'), { HOME: home }), undefined);
    assert.equal(findProjectFile(join(home, 'work'), { HOME: '/nowhere' }), join(outer, 'hooks.yaml'));
  });
});

describe('pathInside', () => {
  it('gives files of the folder, and none that a link leads out to', (t) => {
    const outer = temporaryFolder(t);
    const folder = join(outer, 'project');
    mkdirSync(folder);
    writeFileSync(join(outer, 'key'), 'k');
    writeFileSync(join(folder, 'own'), 'k');
    symlinkSync(join(outer, 'key'), join(folder, 'link'));
    assert.ok(pathInside(folder, 'own')?.endsWith('own'));
    assert.equal(pathInside(folder, 'link'), undefined);
    assert.equal(pathInside(folder, '../key'), undefined);
    assert.throws(() => pathInside(folder, 'none'), /cannot read the secret from none/);
  });
});
