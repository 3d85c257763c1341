/** Model files of every kind → compiled models: the kind is seen from the text, only eam/fs and Tersoff from the name. */
import { ModelError } from '../core/errors.ts';
import { parseNep } from '../io/nep-file.ts';
import { parseSetfl } from '../io/setfl.ts';
import { parseTersoff } from '../io/tersoff-file.ts';
import { fineTables, loadModel } from './load.ts';
import { modelFromNep } from './load-nep.ts';
import { modelFromSetfl } from './load-setfl.ts';
import { modelFromTersoff } from './load-tersoff.ts';
import type { Model } from './model.ts';

/**
 * Reads a model file: JSON of this project, NEP (`nep.txt` of GPUMD), Tersoff (`.tersoff` of LAMMPS), else DYNAMO setfl
 * (`.alloy`, `.fs`).
 *
 * @param path  of the file, for messages and for its ending
 * @param name  of the model, as it was asked for
 * @throws ModelError  any fault of the file, with its line where it has lines
 */
export function modelFromText(text: string, path: string, name = path): Model {
  if (/^\s*\{/.test(text)) return loadModel(modelJson(text, path), name, fineTables);
  if (/^\s*nep\d/.test(text)) return modelFromNep(parseNep(text, path), name);
  if (/\.tersoff$/.test(path)) return modelFromTersoff(parseTersoff(text, path), name);
  return modelFromSetfl(parseSetfl(text, path, /\.fs$/.test(path) ? 'fs' : undefined), name);
}

function modelJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelError(`${path} is not JSON: ${(error as Error).message}`);
  }
}
