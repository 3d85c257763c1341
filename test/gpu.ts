/** A GPU for tests: the machine's own, or the software one that comes with Chromium. */
import { existsSync } from 'node:fs';
import type { BackendError } from '../src/core/errors.ts';
import { type Gpu, openGpu } from '../src/engine/webgpu/device.ts';

const software = ['/usr/lib/chromium', '/usr/lib64/chromium'].map((folder) => `${folder}/vk_swiftshader_icd.json`);

/** The device, or why there is none: tests skip with it. */
export async function testGpu(): Promise<Gpu | string> {
  const icd = software.find((path) => existsSync(path));
  if (process.env.CARDHOUSE_TEST_GPU !== 'hardware' && icd) process.env.VK_ICD_FILENAMES = icd;
  try {
    return await openGpu();
  } catch (error) {
    return (error as BackendError).message;
  }
}
