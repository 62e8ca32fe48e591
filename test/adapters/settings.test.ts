import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { changeUserConfig, configFile, readUserConfig } from '../../src/adapters/settings.ts';
import { HooksError } from '../../src/core/errors.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';

const SECRET = 'whsec_do_not_show_me';

function errorOf(run: () => unknown): HooksError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof HooksError, String(error));
    return error;
  }
  assert.fail('it was expected to throw');
}

describe('readUserConfig', () => {
  it('gives an empty configuration where nothing is saved, and makes no folder', (t) => {
    const folder = join(temporaryFolder(t), 'never');
    assert.deepEqual(readUserConfig(folder), { settings: {}, endpoints: {}, providers: [] });
    assert.throws(() => statSync(folder), { code: 'ENOENT' });
  });

  it('fills up what a file leaves out', (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(configFile(folder), '{"settings":{"port":"4001"}}');
    assert.deepEqual(readUserConfig(folder), { settings: { port: '4001' }, endpoints: {}, providers: [] });
  });

  const corrupt: { name: string; text: string; why: string }[] = [
    { name: 'is cut off', text: `{"settings":{"secret":"${SECRET}`, why: 'it is not valid JSON' },
    { name: 'is empty', text: '', why: 'it is not valid JSON' },
    { name: 'holds a bare secret', text: SECRET, why: 'it is not valid JSON' },
    { name: 'is a list', text: `["${SECRET}"]`, why: 'it is not a JSON object' },
    {
      name: 'has a number as a setting',
      text: '{"settings":{"port":4001}}',
      why: 'settings.port is not a text in quotes',
    },
    {
      name: 'has a list of settings',
      text: `{"settings":["${SECRET}"]}`,
      why: 'settings is not a JSON object',
    },
    {
      name: 'has an endpoint without a URL',
      text: `{"endpoints":{"shop":{"secrets":["${SECRET}"]}}}`,
      why: 'endpoints.shop.url is not a text in quotes',
    },
    {
      name: 'has one secret where a list belongs',
      text: `{"endpoints":{"shop":{"url":"http://localhost","secrets":"${SECRET}"}}}`,
      why: 'endpoints.shop.secrets is not a list of texts',
    },
    {
      name: 'has one provider folder where a list belongs',
      text: '{"providers":"/acme"}',
      why: 'providers is not a list of texts',
    },
  ];
  for (const { name, text, why } of corrupt) {
    it(`says of a file that ${name} what is wrong, and shows no secret`, (t) => {
      const folder = temporaryFolder(t);
      writeFileSync(configFile(folder), text);
      const error = errorOf(() => readUserConfig(folder));
      assert.equal(error.kind, 'file-unreadable');
      assert.equal(error.why, why);
      assert.ok(error.message.includes(configFile(folder)));
      assert.doesNotMatch(
        `${error.stack} ${error.why} ${error.next} ${String(error.cause)}`,
        new RegExp(SECRET),
      );
    });
  }

  it('says why a file cannot be read at all', (t) => {
    const folder = temporaryFolder(t);
    mkdirSync(configFile(folder));
    assert.match(errorOf(() => readUserConfig(folder)).why ?? '', /EISDIR/);
  });
});

describe('changeUserConfig', () => {
  it('makes a folder and a file that only the user can read', {
    skip: process.platform === 'win32',
  }, async (t) => {
    const folder = join(temporaryFolder(t), 'a', 'hooks');
    await changeUserConfig(folder, ({ settings }) => {
      settings.secret = SECRET;
    });
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(configFile(folder)).mode & 0o777, 0o600);
    assert.deepEqual(readUserConfig(folder).settings, { secret: SECRET });
  });

  it('takes away what others could read before', { skip: process.platform === 'win32' }, async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(configFile(folder), '{}', { mode: 0o644 });
    await changeUserConfig(folder, ({ settings }) => {
      settings.port = '4001';
    });
    assert.equal(statSync(configFile(folder)).mode & 0o777, 0o600);
  });

  it('leaves no other file behind', async (t) => {
    const folder = temporaryFolder(t);
    await changeUserConfig(folder, () => {});
    assert.deepEqual(readdirSync(folder), ['config.json']);
  });

  it('keeps what a newer version has saved beside ours', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(configFile(folder), '{"subscriptions":{"a":1},"settings":{"theme":"dark"}}');
    await changeUserConfig(folder, ({ settings }) => {
      settings.port = '4001';
    });
    assert.deepEqual(JSON.parse(readFileSync(configFile(folder), 'utf8')), {
      subscriptions: { a: 1 },
      settings: { theme: 'dark', port: '4001' },
      endpoints: {},
      providers: [],
    });
  });

  it('writes through a link, as dotfiles are kept', { skip: process.platform === 'win32' }, async (t) => {
    const folder = temporaryFolder(t);
    const real = join(temporaryFolder(t), 'dotfiles.json');
    writeFileSync(real, '{}');
    symlinkSync(real, configFile(folder));
    await changeUserConfig(folder, ({ settings }) => {
      settings.port = '4001';
    });
    assert.equal(
      (JSON.parse(readFileSync(real, 'utf8')) as { settings: { port: string } }).settings.port,
      '4001',
    );
  });

  it('loses none of the changes that are made at the same time', async (t) => {
    const folder = temporaryFolder(t);
    const names = Array.from({ length: 20 }, (_, index) => `shop-${index}`);
    await Promise.all(
      names.map((name) =>
        changeUserConfig(folder, ({ endpoints }) => {
          endpoints[name] = { url: 'http://localhost:3000/' };
        }),
      ),
    );
    assert.deepEqual(Object.keys(readUserConfig(folder).endpoints).sort(), names.sort());
  });

  it('loses none of the changes of several processes', async (t) => {
    const folder = temporaryFolder(t);
    const module = JSON.stringify(
      import.meta.resolve('../../src/adapters/settings.ts').replace(/\.ts$/, '.js'),
    );
    const names = ['north', 'south', 'east', 'west', 'centre', 'harbour'];
    await Promise.all(
      names.map(async (name) => {
        const code = `import { changeUserConfig } from ${module};
          for (let n = 0; n < 5; n++)
            await changeUserConfig(${JSON.stringify(folder)}, (config) => { config.endpoints['${name}-' + n] = { url: 'http://localhost' }; });`;
        const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
        const [status] = (await once(child, 'close')) as [number];
        assert.equal(status, 0);
      }),
    );
    assert.equal(Object.keys(readUserConfig(folder).endpoints).length, names.length * 5);
  });

  it('takes over from a process that was killed while it wrote', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'config.lock'), '');
    await changeUserConfig(folder, ({ settings }) => {
      settings.port = '4001';
    });
    assert.deepEqual(readdirSync(folder), ['config.json']);
  });

  it('does not overwrite a file that it cannot read', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(configFile(folder), `{"secret":"${SECRET}`);
    await assert.rejects(
      changeUserConfig(folder, () => {}),
      (error: HooksError) => error.kind === 'file-unreadable' && !String(error.stack).includes(SECRET),
    );
    assert.equal(readFileSync(configFile(folder), 'utf8'), `{"secret":"${SECRET}`);
    assert.deepEqual(readdirSync(folder), ['config.json']);
  });

  it('says that a folder cannot be written to', async (t) => {
    const file = join(temporaryFolder(t), 'file');
    writeFileSync(file, '');
    await assert.rejects(
      changeUserConfig(join(file, 'hooks'), () => {}),
      { kind: 'file-unwritable', exitCode: 3 },
    );
  });
});
