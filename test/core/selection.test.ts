import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRelativeId } from '../../src/core/selection.ts';

describe('parseRelativeId', () => {
  const ROWS: { text: string; places: number | undefined }[] = [
    { text: 'last', places: 0 },
    { text: 'last~0', places: 0 },
    { text: 'last~2', places: 2 },
    { text: 'last~007', places: 7 },
    { text: 'last~', places: undefined },
    { text: 'last~-1', places: undefined },
    { text: 'last~1.5', places: undefined },
    { text: 'last~9999999999', places: undefined },
    { text: 'LAST', places: undefined },
    { text: 'last 2', places: undefined },
    { text: '01J', places: undefined },
    { text: '', places: undefined },
  ];
  for (const { text, places } of ROWS) {
    it(`reads '${text}' as ${places ?? 'an id'}`, () => assert.equal(parseRelativeId(text), places));
  }
});
