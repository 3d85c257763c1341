/** Files that a flag names: the folders they need, and one line where they cannot be written. */
import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { SpecError } from '../index.ts';

/** What the system says where a path was chosen badly. */
const badPaths = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'EINVAL', 'ELOOP'];

/**
 * Writes a file, with the folders it stands in; those are gone again when it could not be written.
 *
 * @param flag   that names it, for messages
 * @param write  writes it, whole or not at all
 * @throws SpecError  it is a folder, lies below what is none, or may not be written there
 */
export async function writeNamed(flag: string, path: string, write: () => void | Promise<void>): Promise<void> {
  if (existsSync(path) && statSync(path).isDirectory()) throw new SpecError(`${flag} "${path}" is a folder`);
  const missing: string[] = [];
  let folder = dirname(path);
  for (; !existsSync(folder) && dirname(folder) !== folder; folder = dirname(folder)) missing.unshift(folder);
  if (!statSync(folder).isDirectory()) throw new SpecError(`${flag} "${path}": ${folder} is not a folder`);
  const made: string[] = [];
  try {
    for (const one of missing) {
      mkdirSync(one);
      made.unshift(one);
    }
    await write();
  } catch (error) {
    for (const one of made) rmdirSync(one);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !badPaths.includes(code)) throw error;
    throw new SpecError(`${flag} "${path}" cannot be written: ${message}`);
  }
}
