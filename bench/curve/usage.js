/** Preloaded by a process whose use of the machine is wanted (`node --import`): at its end one JSON object, in the file that CARDHOUSE_USAGE names. */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    // maxRSS is in KiB
    const peakGigabytes = (1024 * process.resourceUsage().maxRSS) / 1e9;
    const usage = { total: performance.now() / 1000, cpuSeconds: (user + system) / 1e6, peakGigabytes };
    writeFileSync(process.env['CARDHOUSE_USAGE'], JSON.stringify(usage));
  });
}
