/** Writes docs/performance.md and the table of README.md anew from bench/history.jsonl: `npm run bench:pages`. */
import { writePages } from './report/history.ts';

writePages();
