// The model pack of a working tree: models/<name>/ with a pack.json that names every file of it. It may be half there, because
// its weights are many megabytes: then everything goes on without it.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesIn } from './folderFiles.mjs';
import { root } from './paths.mjs';
import { main, say, SetupError } from './report.mjs';

const manifestName = 'pack.json';
/** Git hosts refuse files of 100 MB. */
const mostFileBytes = 95e6;
/** What a pack's folder may hold: data that the engine reads, and what people read about it. */
const packFile = /^(onnx\/[\w-]+\.onnx(_data(_\d{1,3})?)?|[\w.-]+\.json|[\w.-]+\.jinja|MODEL_CARD\.md|LICENSE|NOTICE)$/;

/** The pack in a folder of models; undefined where there is none. `missing` are the files that are not there. */
export function findPack(models = join(root, 'models')) {
	const id = (existsSync(models) ? readdirSync(models) : []).find(name => existsSync(join(models, name, manifestName)));
	if (id === undefined) return undefined;
	const folder = join(models, id);
	const manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8'));
	const missing = manifest.files.map(({ path }) => path).filter(path => !existsSync(join(folder, path)));
	return { id, folder, manifest, missing };
}

/** The pack in a folder of models when all of it is there. Says so when only a part of it is. */
export function findWholePack(models) {
	const pack = findPack(models);
	if (pack === undefined || pack.missing.length === 0) return pack;
	const { id, missing, manifest } = pack;
	say(
		`models/${id} is not whole: ${missing.length} of ${manifest.files.length} files are missing. Going on without it.`,
	);
	return undefined;
}

/**
 * The files of a whole pack, relative to its folder, once every byte of them is right.
 * @throws SetupError that names the file
 */
export function verifiedFiles({ folder, id, manifest }) {
	const wrong = (path, reason) => new SetupError(`Cannot package: models/${id}/${path} ${reason}.`);
	if (manifest.format !== 1 || manifest.id !== id) throw wrong(manifestName, 'is not of this pack');
	for (const { path, bytes, sha256 } of manifest.files) {
		if (!packFile.test(path)) throw wrong(path, 'does not belong into a pack');
		const file = join(folder, path);
		if (!lstatSync(file).isFile()) throw wrong(path, 'is no file of its own');
		if (bytes > mostFileBytes) throw wrong(path, `has more than ${mostFileBytes / 1e6} MB`);
		if (lstatSync(file).size !== bytes || sha256Of(file) !== sha256)
			throw wrong(path, `is not what ${manifestName} says`);
	}
	return [...manifest.files.map(({ path }) => path), manifestName].sort();
}

/** Writes the manifest of a folder: every file that belongs into a pack, with its size and checksum. Returns it. */
export function writePackManifest(folder) {
	const files = filesIn(folder, folder)
		.filter(path => path !== manifestName && packFile.test(path) && !path.includes('.inkling.'))
		.map(path => ({ path, bytes: lstatSync(join(folder, path)).size, sha256: sha256Of(join(folder, path)) }));
	const manifest = { format: 1, id: basename(folder), files };
	writeFileSync(join(folder, manifestName), `${JSON.stringify(manifest, null, '\t')}\n`);
	return manifest;
}

const sha256Of = file => createHash('sha256').update(readFileSync(file)).digest('hex');

if (process.argv[1] === import.meta.filename) {
	await main(async () => {
		const folder = process.argv[2];
		if (folder === undefined) throw new SetupError('Which folder? node test/harness/packFiles.mjs models/<name>');
		const { files } = writePackManifest(folder);
		say(`${join(folder, manifestName)} names ${files.length} files.`);
	});
}
