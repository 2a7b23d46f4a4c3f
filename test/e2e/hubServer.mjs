// The hub of the unit tests for a browser's tests: Playwright's own way with TypeScript differs between its processes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { root } from '../harness/paths.mjs';

const source = readFileSync(join(root, 'test', 'helpers', 'hubServer.ts'), 'utf8');
const { code } = transformSync(source, { loader: 'ts', format: 'esm' });
const { HubServer, repositoryFiles } = await import(
	`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
);

/** A hub with one repository: the files of a test model. */
export function startHub(repository, model) {
	return HubServer.start(repository, repositoryFiles(join(root, 'test', 'fixtures', 'models', model)));
}
