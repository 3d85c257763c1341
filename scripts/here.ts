/** Paths of the project, wherever a script is started from. */
import { fileURLToPath } from 'node:url';

/** Path of a file of the project, by its name from the top. */
export const here = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
