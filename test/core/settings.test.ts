import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HooksError } from '../../src/core/errors.ts';
import {
  checkSettingValue,
  environmentName,
  parseSettingKey,
  resolveSetting,
  SETTINGS,
  type SettingKey,
} from '../../src/core/settings.ts';
import { hooksError } from '../helpers/hooks-error.ts';

describe('parseSettingKey', () => {
  for (const key of Object.keys(SETTINGS)) it(`knows ${key}`, () => assert.equal(parseSettingKey(key), key));

  it('offers the nearest', () => {
    assert.throws(() => parseSettingKey('timout'), hooksError('unknown-name', /did you mean timeout\?/));
  });

  for (const key of ['', 'Timeout', 'toString', '__proto__']) {
    it(`does not know '${key}'`, () => assert.throws(() => parseSettingKey(key), hooksError('unknown-name')));
  }
});

describe('checkSettingValue', () => {
  const ROWS: { key: SettingKey; good: string[]; bad: string[] }[] = [
    { key: 'timeout', good: ['5s', '0ms'], bad: ['5', '', 'soon'] },
    { key: 'tolerance', good: ['5m'], bad: ['300', '-5m'] },
    { key: 'port', good: ['0', '3000', '65535'], bad: ['65536', '-1', '', 'http', '3.5', '123456'] },
    { key: 'secret', good: ['whsec_abc', ' x'], bad: ['', '  '] },
  ];
  for (const { key, good, bad } of ROWS) {
    for (const value of good) {
      it(`accepts '${value}' as ${key}`, () => assert.doesNotThrow(() => checkSettingValue(key, value)));
    }
    for (const value of bad) {
      it(`refuses '${value}' as ${key}`, () => {
        assert.throws(() => checkSettingValue(key, value), hooksError('usage'));
      });
    }
  }
});

describe('resolveSetting', () => {
  const ROWS: {
    it: string;
    env: Record<string, string>;
    user: { timeout?: string };
    project?: { timeout?: string };
    resolved: ReturnType<typeof resolveSetting>;
  }[] = [
    { it: 'is undefined where nothing is set', env: {}, user: {}, resolved: undefined },
    {
      it: "takes the user's own",
      env: {},
      user: { timeout: '5s' },
      resolved: { value: '5s', origin: 'user' },
    },
    {
      it: 'takes the environment first',
      env: { HOOKS_TIMEOUT: '7s' },
      user: { timeout: '5s' },
      resolved: { value: '7s', origin: 'environment' },
    },
    {
      it: 'takes the project before the user',
      env: {},
      project: { timeout: '6s' },
      user: { timeout: '5s' },
      resolved: { value: '6s', origin: 'project' },
    },
    {
      it: 'takes the environment before the project',
      env: { HOOKS_TIMEOUT: '7s' },
      project: { timeout: '6s' },
      user: {},
      resolved: { value: '7s', origin: 'environment' },
    },
    {
      it: "takes the user's own where the project says nothing",
      env: {},
      project: {},
      user: { timeout: '5s' },
      resolved: { value: '5s', origin: 'user' },
    },
  ];
  for (const { it: does, env, user, project, resolved } of ROWS) {
    it(does, () =>
      assert.deepEqual(resolveSetting('timeout', env, { ...(project && { project }), user }), resolved),
    );
  }

  it('refuses a variable that is set but empty', () => {
    assert.throws(
      () => resolveSetting('timeout', { HOOKS_TIMEOUT: '' }, { user: {} }),
      hooksError('usage', /HOOKS_TIMEOUT is set but empty/),
    );
    assert.throws(
      () => resolveSetting('secret', { HOOKS_SECRET: '' }, { user: { secret: 'x' } }),
      hooksError('secret-unusable', /HOOKS_SECRET is set but empty/),
    );
  });

  it('refuses a bad value in the environment, and names the variable', () => {
    assert.throws(
      () => resolveSetting('timeout', { HOOKS_TIMEOUT: '30' }, { user: {} }),
      hooksError('usage', /HOOKS_TIMEOUT: '30' is not a duration[\s\S]*did you mean 30s/),
    );
    assert.throws(
      () => resolveSetting('port', { HOOKS_PORT: 'http' }, { user: {} }),
      hooksError('usage', /HOOKS_PORT/),
    );
  });

  it('never says a secret', () => {
    try {
      resolveSetting('secret', { HOOKS_SECRET: ' \t ' }, { user: {} });
      assert.fail('a blank secret was accepted');
    } catch (error) {
      assert.ok(error instanceof HooksError);
      assert.doesNotMatch(error.message, /\t/);
    }
  });
});

describe('environmentName', () => {
  it('is in capitals', () => assert.equal(environmentName('tolerance'), 'HOOKS_TOLERANCE'));
});
