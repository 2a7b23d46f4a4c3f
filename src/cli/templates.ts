import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildTemplateLibrary, type TemplateFile, type TemplateLibrary } from '../prompts';
import { badRequest } from './fields';

/** The templates that ship and, over them, those of the caller's own folder. */
export async function readTemplates(
	root: string,
	ownFolder: string | undefined,
	cwd: string,
): Promise<TemplateLibrary> {
	const user = ownFolder === undefined ? [] : await templateFiles(resolve(cwd, ownFolder));
	const builtIn = await templateFiles(join(root, 'media', 'prompts'));
	return buildTemplateLibrary({ builtIn, user, workspace: [], workspaceTrusted: false });
}

async function templateFiles(folder: string): Promise<readonly TemplateFile[]> {
	const names = await readdir(folder).catch((error: unknown) => {
		throw badRequest(`Cannot read the folder ${folder}: ${error instanceof Error ? error.message : String(error)}.`);
	});
	const files = names.filter(name => name.endsWith('.md')).map(name => join(folder, name));
	return Promise.all(files.map(async path => ({ path, text: await readFile(path, 'utf8') })));
}
