/** Shares of a processor profile. */
import { expect, it } from 'vitest';
import { byFile, type CpuProfile, selfTimesBelow } from '../../bench/profile/cpu-profile.ts';

const frame = (functionName: string) => ({ functionName, url: '' });
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 6] },
    { id: 2, callFrame: frame('measuredTrials'), children: [3] },
    { id: 3, callFrame: frame('kernels/cpu/chain/step'), children: [4, 5] },
    { id: 4, callFrame: frame('kernels/cpu/host/hostField') },
    { id: 5, callFrame: frame('kernels/cpu/host/mapAt') },
    // the same function while the box was filled
    { id: 6, callFrame: frame('kernels/cpu/host/hostField') },
  ],
  samples: [4, 3, 4, 6, 5, 2],
  timeDeltas: [100, 50, 200, 1000, 30, 20],
};

it('counts what runs below the measured part alone, function by function', () => {
  const times = selfTimesBelow(profile, 'measuredTrials');
  expect(times.get('kernels/cpu/host/hostField')).toBe(300);
  expect(times.get('kernels/cpu/chain/step')).toBe(50);
  expect([...times.values()].reduce((a, b) => a + b, 0)).toBe(400);
  expect(() => selfTimesBelow(profile, 'elsewhere')).toThrow(/no function elsewhere/);
});

it('adds functions up by the file of the kernel', () => {
  const files = byFile(selfTimesBelow(profile, 'measuredTrials'));
  expect(Object.fromEntries(files)).toEqual({ JavaScript: 20, chain: 50, host: 330 });
  expect(byFile(new Map([['wasm-function[3]', 7]])).get('unnamed')).toBe(7);
});
