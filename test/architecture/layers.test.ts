/**
 * The rules of ARCHITECTURE.md that a machine can keep: who may import whom, what runs in Node and browser alike, what
 * every file owes its reader. A failing rule prints the files and lines that break it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** layer → layers it may import besides itself, as the table of ARCHITECTURE.md has it */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  io: ['core'],
  structure: ['core'],
  model: ['core', 'io'],
  parallel: ['core'],
  engine: ['core', 'model', 'parallel', 'generated'],
  trajectory: ['core', 'io'],
  analysis: ['core', 'trajectory'],
  report: ['core', 'io', 'analysis', 'trajectory', 'generated'],
  study: ['core', 'io', 'structure', 'model', 'engine', 'trajectory', 'analysis', 'report', 'parallel', 'generated'],
  cli: ['index', 'sweep'],
  sweep: ['index'],
  web: ['index'],
  generated: [],
};
/** layer → layers it may take types from, and nothing else */
const mayImportTypes: Readonly<Record<string, readonly string[]>> = { engine: ['trajectory'] };
const faces = ['cli', 'sweep', 'web'];
/** scripts that run inside a page, shipped as text */
const browserFiles = ['src/report/viewer.ts'];
const lineLimit = 350;

interface SourceFile {
  readonly path: string;
  readonly layer: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => join('src', path))
  .filter((path) => path.endsWith('.ts') && !path.startsWith(join('src', 'generated')))
  .sort();
const files = paths.map((path): SourceFile => {
  const text = readFileSync(path, 'utf8');
  return {
    path,
    layer: layerOf(path),
    text,
    tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true),
  };
});
const belowFaces = files.filter(({ layer, path }) => !faces.includes(layer) && !browserFiles.includes(path));

/** `engine` of `src/engine/moves/move.ts`, `index` of `src/index.ts`. */
function layerOf(path: string): string {
  const [, folder, ...rest] = path.split('/') as [string, string, ...string[]];
  return rest.length === 0 ? folder.replace(/\.ts$/, '') : folder;
}

/** Every node of a tree for which `look` says something, as `file:line says`. */
function find(chosen: readonly SourceFile[], look: (node: ts.Node, file: SourceFile) => string | undefined): string[] {
  return chosen.flatMap((file) => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const says = look(node, file);
      if (says !== undefined) {
        const { line } = file.tree.getLineAndCharacterOfPosition(node.getStart());
        found.push(`${file.path}:${line + 1} ${says}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file.tree);
    return found;
  });
}

/** What an import, a re-export or an import() names; undefined for any other node. */
function moduleNamed(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
    return (node.moduleSpecifier as ts.StringLiteral).text;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return argument && ts.isStringLiteral(argument) ? argument.text : 'something computed';
  }
  return undefined;
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

describe('layers', () => {
  it('there is something to look at', () => {
    expect(files.length).toBeGreaterThan(60);
    for (const { path, layer } of files) {
      expect(layer === 'index' || layer in mayImport, `${path} is in no known layer`).toBe(true);
    }
  });

  it('import only what the table allows', () => {
    const broken = find(files, (node, { path, layer }) => {
      const named = moduleNamed(node);
      if (!named?.startsWith('.') || layer === 'index') return undefined;
      const target = normalize(join(dirname(path), named));
      const to = layerOf(target);
      if (!named.endsWith('.ts') && !named.endsWith('.json')) return `imports ${named} without its extension`;
      const typesOnly = ts.isImportDeclaration(node) && node.importClause?.isTypeOnly === true;
      if (to === layer || mayImport[layer]!.includes(to)) return undefined;
      return typesOnly && mayImportTypes[layer]?.includes(to) ? undefined : `${layer} imports ${to} (${named})`;
    });
    expect(broken).toEqual([]);
  });

  it('the public index re-exports and does nothing else', () => {
    const index = files.find(({ path }) => path === join('src', 'index.ts'))!;
    const other = index.tree.statements.filter(
      (statement) => !ts.isExportDeclaration(statement) || !statement.moduleSpecifier,
    );
    expect(other.map((statement) => statement.getText())).toEqual([]);
    const faced = find([index], (node) => {
      const named = moduleNamed(node);
      return named && faces.some((face) => named.startsWith(`./${face}/`)) ? `re-exports a face (${named})` : undefined;
    });
    expect(faced).toEqual([]);
  });
});

describe('below the faces', () => {
  it('nothing imports Node', () => {
    const broken = find(belowFaces, (node) => {
      const named = moduleNamed(node);
      return named && (named.startsWith('node:') || builtinModules.includes(named)) ? `imports ${named}` : undefined;
    });
    expect(broken).toEqual([]);
  });

  it('nothing uses process, Buffer, document or window', () => {
    const globals = ['process', 'Buffer', 'require', '__dirname', 'document', 'window', 'localStorage'];
    const isDeclared = (node: ts.Node): boolean =>
      ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node);
    const broken = belowFaces.flatMap((file) => {
      // a file's own variable of that name is not the global
      const own = new Set<string>();
      find([file], (node) => {
        if (isDeclared(node)) own.add((node as ts.VariableDeclaration).name.getText());
        return undefined;
      });
      return find([file], (node) => {
        if (!ts.isIdentifier(node) || !globals.includes(node.text) || own.has(node.text)) return undefined;
        const { parent } = node;
        const isName =
          (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
          ts.isPropertyAssignment(parent) ||
          ts.isPropertySignature(parent);
        return isName ? undefined : `uses ${node.text}`;
      });
    });
    expect(broken).toEqual([]);
  });

  it('every exported function says what it does', () => {
    const isFunction = (node: ts.Node): node is ts.FunctionDeclaration | ts.VariableStatement =>
      ts.isFunctionDeclaration(node) ||
      (ts.isVariableStatement(node) &&
        node.declarationList.declarations.some(
          ({ initializer }) => initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)),
        ));
    const broken = find(belowFaces, (node) => {
      if (!isFunction(node) || !isExported(node)) return undefined;
      const name = ts.isFunctionDeclaration(node)
        ? node.name?.text
        : node.declarationList.declarations[0]!.name.getText();
      return ts.getJSDocCommentsAndTags(node).length > 0 ? undefined : `${name} has no docstring`;
    });
    expect(broken).toEqual([]);
  });
});

describe('every source file', () => {
  it('has named exports only', () => {
    const broken = find(files, (node) => {
      const isDefault =
        ts.isExportAssignment(node) ||
        (ts.canHaveModifiers(node) &&
          (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword));
      return isDefault ? 'exports a default' : undefined;
    });
    expect(broken).toEqual([]);
  });

  it('knows its types: no any', () => {
    expect(find(files, (node) => (node.kind === ts.SyntaxKind.AnyKeyword ? 'says any' : undefined))).toEqual([]);
  });

  it(`is at most ${lineLimit} lines long`, () => {
    const long = files
      .map(({ path, text }) => [path, text.split('\n').length] as const)
      .filter(([, lines]) => lines > lineLimit);
    expect(long).toEqual([]);
  });

  it('has a name in kebab-case, in no folder that means nothing', () => {
    const broken = paths.filter((path) => {
      const parts = path.split('/');
      const file = parts.pop()!;
      return (
        !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(file) ||
        parts.some((folder) => ['utils', 'types', 'managers', 'helpers', 'common', 'misc'].includes(folder))
      );
    });
    expect(broken).toEqual([]);
  });
});

describe('every parameter file', () => {
  const models = readdirSync('models/potentials').filter((name) => name.endsWith('.json'));

  it('exists, and is named as its model', () => {
    expect(models.length).toBeGreaterThanOrEqual(6);
    for (const name of models) {
      expect(JSON.parse(readFileSync(`models/potentials/${name}`, 'utf8')).name, name).toBe(
        name.replace(/\.json$/, ''),
      );
    }
  });

  it.each(models)('%s says where it comes from: citation, licence, provenance, validity', (name) => {
    const file = JSON.parse(readFileSync(`models/potentials/${name}`, 'utf8')) as Record<string, unknown>;
    for (const key of ['licence', 'provenance', 'validity', 'about']) {
      expect(typeof file[key] === 'string' && (file[key] as string).length > 2, `${name}: ${key}`).toBe(true);
    }
    const citation = file['citation'] as readonly string[];
    expect(
      Array.isArray(citation) && citation.length > 0 && citation.every((one) => one.length > 10),
      `${name}: citation`,
    ).toBe(true);
  });
});
