/** The three-dimensional view of a report in Chromium, WebGL on the processor: few atoms and very many. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discCarbon } from '../../bench/carbon.ts';
import {
  chromiumPath,
  dragged,
  type OpenView,
  openView,
  settled,
  softwareBrowser,
  viewerPage,
} from '../../bench/viewer/drawn.ts';
import { discGuests } from '../../bench/viewer/guests.ts';

if (!chromiumPath) console.warn('the three-dimensional view is not opened: no Chromium on this machine');

/** Points of the canvas as they are, some thousand of them spread evenly: red, green, blue. */
async function pointsOf({ page }: OpenView): Promise<number[][]> {
  return await page.evaluate(() => {
    const canvas = document.querySelector('canvas')!;
    const gl = canvas.getContext('webgl2')!;
    const all = new Uint8Array(4 * canvas.width * canvas.height);
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, all);
    const points: number[][] = [];
    const step = 4 * 61 * (canvas.width > 1000 ? 4 : 1);
    for (let p = 0; p < all.length; p += step) points.push([...all.subarray(p, p + 3)]);
    return points;
  });
}

const differ = (a: readonly number[], b: readonly number[]): boolean => a.some((x, k) => Math.abs(x - b[k]!) > 24);

describe.skipIf(!chromiumPath)('the three-dimensional view', () => {
  let browser: Awaited<ReturnType<typeof softwareBrowser>>;
  beforeAll(async () => {
    browser = await softwareBrowser();
  });
  afterAll(() => browser?.close());

  const openOf = async (carbons: number): Promise<{ view: OpenView; faults: string[] }> => {
    const host = discCarbon(carbons);
    const view = await openView(browser, await viewerPage(host, discGuests(host)));
    const faults: string[] = [];
    view.page.on('pageerror', (error) => faults.push(error.message));
    view.page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    return { view, faults };
  };

  it.each([3000, 40_000])('of %i carbons is drawn, turned by the mouse, and drawn again', async (carbons) => {
    const { view, faults } = await openOf(carbons);
    const { page } = view;
    if (carbons > 20_000) await page.getByText('Whole box').click();
    const rest = async (): Promise<number[][]> => {
      // longer than the view takes to come to rest
      await page.waitForTimeout(1500);
      await settled(page);
      return await pointsOf(view);
    };
    const before = await rest();
    const paper = before[0]!;
    const drawn = before.filter((point) => differ(point, paper)).length / before.length;
    expect(drawn).toBeGreaterThan(0.08);
    expect(drawn).toBeLessThan(0.9);
    // carbon is grey, guests are not
    const coloured = before.filter(([r, g, b]) => Math.max(r!, g!, b!) - Math.min(r!, g!, b!) > 60).length;
    expect(coloured / before.length).toBeGreaterThan(0.01);

    await dragged(view, 3);
    const after = await rest();
    expect(after.length).toBe(before.length);
    const changed = after.filter((point, p) => differ(point, before[p]!)).length / after.length;
    expect(changed).toBeGreaterThan(0.05);

    await page.getByText('Carbon', { exact: true }).click();
    const bare = (await rest()).filter((point) => differ(point, paper)).length / before.length;
    expect(bare).toBeLessThan(0.95 * drawn);
    expect(bare).toBeGreaterThan(0.01);
    expect(faults).toEqual([]);
    await view.close();
  });

  it('shows a slab of very many first, of which the page holds no more than sixteen bytes an atom', async () => {
    const { view, faults } = await openOf(40_000);
    expect(await view.page.locator('#viewer-caption').textContent()).toContain('A slab of 14 Å');
    const empty = (await viewerPage(discCarbon(30), discGuests(discCarbon(30)))).length;
    expect((view.bytes - empty) / 40_000).toBeLessThan(16);
    expect(faults).toEqual([]);
    await view.close();
  });
});
