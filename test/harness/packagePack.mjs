// Makes the package of the model pack (.vsix), for all platforms: weights and no code.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifiedFiles } from './packFiles.mjs';
import { outFolder, root } from './paths.mjs';
import { step } from './report.mjs';
import { lastCommitTime, shippedManifest, Stage, writeVsix } from './vsix.mjs';

/** What is in it beside the model: its manifest and what people read about it. */
const source = join(root, 'models', 'pack');
const texts = ['README.md', 'package.nls.json', 'package.nls.zh-cn.json'];
/** Open VSX takes 250 at most. */
const mostMegabytes = 245;

const manifest = () => JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));

/** The id that the extension's manifest names the pack by. */
export function packExtensionId() {
	const { publisher, name } = manifest();
	return `${publisher}.${name}`;
}

/**
 * Packages a whole pack into `folder` and returns the path of the .vsix. With `reuse`, one that was made of the same files is
 * taken: two hundred megabytes take their time. A package larger than `maxMegabytes` is none.
 * @throws SetupError when a file is damaged or does not belong in, or the package is too large
 */
export async function makePackPackage(pack, { folder = outFolder, reuse = false, maxMegabytes = mostMegabytes } = {}) {
	const file = join(folder, `${manifest().name}-${manifest().version}.vsix`);
	const stamp = `${file}.made-of`;
	const current = stampOf(pack);
	if (reuse && existsSync(file) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return file;
	return step(`Packaging the model pack ${pack.id}`, async () => {
		rmSync(stamp, { force: true });
		const stage = stagePack(pack, join(folder, 'pack'));
		const time = lastCommitTime('models/pack', `models/${pack.id}`);
		await writeVsix(stage, { file, ignore: ignore(stage), time, maxMegabytes, hasWeights: true });
		rmSync(stage.folder, { recursive: true });
		writeFileSync(stamp, current);
		return file;
	});
}

function stagePack(pack, folder) {
	const stage = new Stage(folder);
	stage.write('package.json', shippedManifest(join(source, 'package.json')));
	for (const name of texts) stage.copy(join(source, name), name);
	stage.copy(join(root, 'media', 'icon.png'), 'icon.png');
	for (const name of ['LICENSE', 'NOTICE']) stage.copy(join(pack.folder, name), name);
	stageModel(stage, pack);
	return stage;
}

/** Copies the files of a pack's model to where the extension looks for them. */
export function stageModel(stage, pack) {
	for (const path of verifiedFiles(pack)) stage.copy(join(pack.folder, path), `models/${pack.id}/${path}`);
}

/** Nothing is packaged but what was staged. */
const ignore = ({ files }) => ['**', ...files.map(file => `!${file}`), ''].join('\n');

/** Of everything that the package is made of; the manifest of the pack stands for its files. */
function stampOf({ folder }) {
	const parts = [
		...['package.json', ...texts].map(name => join(source, name)),
		join(root, 'media', 'icon.png'),
		join(folder, 'pack.json'),
	];
	const hash = createHash('sha256');
	for (const part of parts) hash.update(readFileSync(part)).update('\0');
	return hash.update(process.env.SOURCE_DATE_EPOCH ?? lastCommitTime('models')).digest('hex');
}
