// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios refer to variables like this
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../src/core/identifiers.ts';
import type { Json } from '../../../src/core/json.ts';
import {
  checkTemplate,
  expandText,
  expandValue,
  referencedNames,
  type Scope,
} from '../../../src/core/scenario/template.ts';

function scope(variables: Record<string, Json> = {}): Scope {
  return {
    variables: new Map(Object.entries(variables)),
    now: new Date('2026-07-14T09:12:43.512Z'),
    random: seededRandom('monday'),
  };
}

describe('a text of a scenario', () => {
  const rows: { text: string; becomes: string }[] = [
    { text: 'order ${order}', becomes: 'order 4711' },
    { text: '${order}/${order}', becomes: '4711/4711' },
    { text: 'at ${now}', becomes: 'at 2026-07-14T09:12:43.512Z' },
    { text: '${now-5m}', becomes: '2026-07-14T09:07:43.512Z' },
    { text: '${now+1.5h}', becomes: '2026-07-14T10:42:43.512Z' },
    { text: '$${order} costs $5', becomes: '${order} costs $5' },
    { text: 'list ${list}', becomes: 'list [1,2]' },
  ];
  for (const { text, becomes } of rows) {
    it(`${text} becomes ${becomes}`, () => {
      assert.equal(expandText(text, scope({ order: 4711, list: [1, 2] })), becomes);
    });
  }

  it('gets another id for every ${uuid} and ${ulid}, the same from the same seed', () => {
    const [first, second, third] = expandText('${uuid} ${uuid} ${ulid}', scope()).split(' ');
    assert.match(first ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(first, second);
    assert.match(third ?? '', /^[0-9A-HJKMNP-TV-Z]{26}$/);
    assert.equal(expandText('${uuid}', scope()), first);
  });

  it('has its values written by the given function, and nothing else', () => {
    assert.equal(
      expandText('/orders?name=${name}', scope({ name: 'a&b' }), encodeURIComponent),
      '/orders?name=a%26b',
    );
  });

  it('is refused where a variable has no value', () => {
    assert.throws(() => expandText('${token}', scope()), /the variable token has no value/);
  });

  it('never takes the value of a variable for a reference', () => {
    assert.equal(expandText('${order}', scope({ order: '${uuid}' })), '${uuid}');
  });
});

describe('a value of a scenario', () => {
  it('keeps the type of a variable that stands alone', () => {
    assert.deepEqual(expandValue({ count: '${count}', list: ['${count} times'] }, scope({ count: 3 })), {
      count: 3,
      list: ['3 times'],
    });
  });

  it('does not share a variable with the next one', () => {
    const variables = scope({ order: { id: 1 } });
    const first = expandValue('${order}', variables) as { id: number };
    first.id = 2;
    assert.deepEqual(expandValue('${order}', variables), { id: 1 });
  });
});

describe('checkTemplate', () => {
  const known = new Set(['order']);
  const rows: { text: string; problem: RegExp | undefined }[] = [
    { text: '${order} ${uuid} ${ulid} ${now} ${now-2d}', problem: undefined },
    { text: 'nothing $ {', problem: undefined },
    { text: '$${anything', problem: undefined },
    { text: '${ordre}', problem: /no variable is called 'ordre'/ },
    { text: '${order', problem: /a \$\{ is not closed/ },
    { text: '${now-5}', problem: /'5' is not a duration; did you mean 5s or 5ms/ },
    { text: '${env:HOME}', problem: /only secret takes a reference like \$\{env:HOME\}/ },
    { text: '${index}', problem: /the round of a repeat, and this is in none/ },
    { text: '${now+9999999999d}', problem: /beyond what a date can be/ },
  ];
  for (const { text, problem } of rows) {
    it(`${problem === undefined ? 'accepts' : 'refuses'} ${text}`, () => {
      const found = checkTemplate(text, known);
      if (problem === undefined) assert.equal(found, undefined);
      else assert.match(found ?? '', problem);
    });
  }
});

it('names the variables that a value refers to, but not what is built in or escaped', () => {
  assert.deepEqual(referencedNames({ a: '${token} ${uuid}', b: ['$${not}', { c: '${other}${token}' }] }), [
    'token',
    'other',
  ]);
});
