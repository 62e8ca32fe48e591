import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ColorChoice, colorsFor } from '../../src/views/colors.ts';
import { createSink } from '../helpers/sink.ts';

describe('colorsFor', () => {
  const rows: {
    name: string;
    isTTY: boolean;
    depth?: number;
    choice: Partial<ColorChoice>;
    level: number;
  }[] = [
    { name: 'a pipe', isTTY: false, choice: {}, level: 0 },
    { name: 'a terminal of 16 colours', isTTY: true, depth: 4, choice: {}, level: 1 },
    { name: 'a terminal of 256 colours', isTTY: true, depth: 8, choice: {}, level: 2 },
    { name: 'a terminal of true colour', isTTY: true, depth: 24, choice: {}, level: 3 },
    { name: 'a dumb terminal', isTTY: true, depth: 1, choice: {}, level: 0 },
    { name: 'a terminal with NO_COLOR', isTTY: true, choice: { env: { NO_COLOR: '1' } }, level: 0 },
    {
      name: 'a terminal with an empty NO_COLOR',
      isTTY: true,
      depth: 4,
      choice: { env: { NO_COLOR: '' } },
      level: 1,
    },
    { name: 'a pipe with FORCE_COLOR', isTTY: false, choice: { env: { FORCE_COLOR: '1' } }, level: 1 },
    { name: 'a pipe with FORCE_COLOR=3', isTTY: false, choice: { env: { FORCE_COLOR: '3' } }, level: 3 },
    { name: 'a terminal with FORCE_COLOR=0', isTTY: true, choice: { env: { FORCE_COLOR: '0' } }, level: 0 },
    {
      name: 'a pipe with both',
      isTTY: false,
      choice: { env: { NO_COLOR: '1', FORCE_COLOR: '1' } },
      level: 0,
    },
    { name: 'a pipe with --color', isTTY: false, choice: { color: true }, level: 1 },
    {
      name: 'a pipe with --color and NO_COLOR',
      isTTY: false,
      choice: { color: true, env: { NO_COLOR: '1' } },
      level: 1,
    },
    { name: 'a terminal with --no-color', isTTY: true, choice: { color: false }, level: 0 },
    {
      name: 'a terminal with --no-color and FORCE_COLOR',
      isTTY: true,
      choice: { color: false, env: { FORCE_COLOR: '3' } },
      level: 0,
    },
  ];
  for (const { name, isTTY, depth, choice, level } of rows) {
    it(`gives ${name} level ${level}`, () => {
      const output = createSink({ isTTY, ...(depth !== undefined && { colorDepth: depth }) });
      assert.equal(colorsFor(output, { env: {}, ...choice }).level, level);
    });
  }
});
