import { CommanderError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fail } from '../../src/cli/failure.ts';
import { countOf, seedOf } from '../../src/cli/flags.ts';
import { durationText, progressText, rateText } from '../../src/cli/progress.ts';
import { columns, entryText, keyText } from '../../src/cli/table.ts';
import { PhysicsError, SpecError } from '../../src/core/errors.ts';

describe('numbers on a terminal', () => {
  it('carries errors and units', () => {
    expect(entryText({ value: 103.234, error: 2.14, unit: 'mAh/g' })).toBe('103.2 ± 2.1 mAh/g');
    expect(entryText({ value: 0.155, error: null, unit: '1' })).toBe('0.155');
    expect(entryText({ value: null, error: null, unit: 'V' })).toBe('–');
  });

  it('has durations, rates and keys for people', () => {
    expect([0, 45.4, 725, 11_220].map(durationText)).toEqual(['0:00', '0:45', '12:05', '3:07:00']);
    expect([12, 850_000, 2.1e6].map(rateText)).toEqual(['12', '850 k', '2.10 M']);
    expect(keyText('plateauBracket.charge')).toBe('plateau bracket, charge');
  });

  it('lines columns up', () => {
    expect(
      columns(
        [
          ['a', 'bb'],
          ['ccc', 'd'],
        ],
        true,
      ),
    ).toBe('a    bb\n───  ──\nccc  d\n');
  });

  it('says how far a study is within 80 columns', () => {
    const text = progressText({
      type: 'progress',
      replica: 0,
      branch: 'discharge',
      voltage: -0.1,
      point: 3,
      points: 20,
      trialsDone: 25e6,
      trialsTotal: 100e6,
      rate: 1e5,
      acceptance: 0.0123,
      capacity: 181.7,
    });
    expect(text).toBe('100 k/s  acc 1.2 %  discharge -0.10 V  182 mAh/g  ETA 12:30');
    expect(`████░░░░  100 %  ${text}`.length).toBeLessThanOrEqual(80);
  });
});

describe('flags', () => {
  it('takes a seed of digits for a number and leaves other seeds text', () => {
    expect(['7', 'coal', '1e3', '-1'].map(seedOf)).toEqual([7, 'coal', '1e3', '-1']);
  });

  it.each(['0', '-1', '2.5', 'two', '1e9', ''])('refuses %j as a number of workers', (text) => {
    expect(() => countOf(text, '--workers')).toThrow('--workers must be a whole number from 1');
  });
});

describe('an error on the command line', () => {
  const told: string[] = [];
  const stderr = vi.spyOn(process.stderr, 'write');
  afterEach(() => {
    told.length = 0;
    stderr.mockReset();
  });

  it.each<[unknown, number, RegExp]>([
    [new SpecError('host is missing'), 2, /^SpecError: host is missing\n$/],
    [new PhysicsError('energy drift 0.8 eV'), 1, /^PhysicsError: energy drift 0.8 eV\n$/],
    [
      new TypeError('x is undefined'),
      1,
      /^TypeError: x is undefined \(a fault of Cardhouse: CARDHOUSE_DEBUG=1 shows where\)\n$/,
    ],
    [Object.assign(new Error('ENOSPC: no space left'), { syscall: 'write' }), 1, /^Error: ENOSPC: no space left\n$/],
    ['text', 1, /^Error: text\n$/],
    [
      new CommanderError(1, 'commander.unknownOption', "error: unknown option '--sed'\n(Did you mean --seed?)"),
      2,
      /^SpecError: unknown option "--sed"; did you mean "--seed"\?\n$/,
    ],
    [new CommanderError(0, 'commander.version', '0.1.0'), 0, /^$/],
  ])('is one line and an exit code (%#)', (error, code, line) => {
    stderr.mockImplementation((text) => told.push(String(text)) > 0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are not what is tested
    const plain = () => told.join('').replace(/\x1b\[\d+m/g, '');
    expect(fail(error)).toBe(code);
    expect(plain()).toMatch(line);
  });
});
