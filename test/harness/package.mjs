// `npm run package`: the extension (.vsix) for this platform, with production bundles, an allow-list of files, only this platform's
// ONNX Runtime and third-party notices; and the model pack for all platforms, when the working tree has all of it.
// The same sources give the same bytes.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { onnxRuntimeFiles, ownFiles } from './packageFiles.mjs';
import { makePackPackage, packExtensionId, stageModel } from './packagePack.mjs';
import { findWholePack } from './packFiles.mjs';
import { outFolder, root } from './paths.mjs';
import { main, runProgram, say, SetupError, step } from './report.mjs';
import { ensureDependencies } from './setup.mjs';
import { thirdPartyNotices } from './thirdPartyNotices.mjs';
import { lastCommitTime, shippedManifest, Stage, writeVsix } from './vsix.mjs';

const maxMegabytes = 80;
const maxFullMegabytes = 325;

const usage = `npm run package             the extension for this platform, and the model pack for all platforms when models/ has all of it
npm run package -- --full   one file with both, for networks without a marketplace`;

/** Target name as VS Code's marketplace has it, 'linux-x64'. */
export function currentTarget() {
	return `${process.platform}-${process.arch}`;
}

/**
 * Builds and packages everything into out/: the extension, and the model pack where it is whole. Returns the paths of the .vsix files.
 * With `list` it says what is in them; otherwise a pack's package that is there already is taken.
 * @throws SetupError when a file is missing or damaged, one does not belong in, or a package is too large
 */
export async function makePackages({ list = false } = {}) {
	const pack = findWholePack();
	const extension = await makeExtension({ list, ...(pack && { changes: { extensionPack: [packExtensionId()] } }) });
	return [extension, ...(pack ? [await makePackPackage(pack, { reuse: !list })] : [])];
}

/** Packages the extension with the model pack inside. */
async function makeFullPackage() {
	const pack = findWholePack();
	if (pack === undefined) throw new SetupError('There is no whole model pack in models/.');
	return makeExtension({ list: true, pack });
}

/** @param pack a pack that goes into the same file  @param changes to the manifest */
async function makeExtension({ list, pack, changes }) {
	await ensureDependencies();
	return step(`Packaging the extension for ${currentTarget()}`, async () => {
		await runProgram(process.execPath, ['esbuild.config.mjs', '--production'], { cwd: root });
		const stage = stageExtension(changes);
		if (pack) stageModel(stage, pack);
		const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
		const ignore = readFileSync(join(root, '.vscodeignore'), 'utf8');
		const vsix = await writeVsix(stage, {
			file: join(outFolder, `inkling-${pack ? 'full-' : ''}${currentTarget()}-${version}.vsix`),
			ignore: pack ? `${ignore}!models/${pack.id}/**\n` : ignore,
			target: currentTarget(),
			time: lastCommitTime(),
			maxMegabytes: pack ? maxFullMegabytes : maxMegabytes,
			hasWeights: pack !== undefined,
		});
		if (list) say(`\n${stage.listing()}`);
		return vsix;
	});
}

function stageExtension(changes) {
	const stage = new Stage(join(outFolder, 'package'));
	for (const file of ownFiles().filter(name => name !== 'package.json')) stage.copy(join(root, file), file);
	// Beside the engine's bundle, where its `require` looks first; vsce leaves a top-level node_modules out.
	for (const file of onnxRuntimeFiles(process.platform, process.arch)) stage.copy(join(root, file), `dist/${file}`);
	stage.write('package.json', shippedManifest(join(root, 'package.json'), changes));
	const bundled = JSON.parse(readFileSync(join(outFolder, 'bundledFiles.json'), 'utf8'));
	stage.write(
		'THIRD-PARTY-NOTICES.txt',
		thirdPartyNotices(bundled, ['@vscode/codicons', 'onnxruntime-common', 'onnxruntime-node']),
	);
	return stage;
}

if (process.argv[1] === import.meta.filename) {
	await main(async () => {
		if (process.argv.includes('--help')) {
			say(usage);
			return;
		}
		const made = process.argv.includes('--full') ? [await makeFullPackage()] : await makePackages({ list: true });
		for (const vsix of made) {
			const hash = createHash('sha256').update(readFileSync(vsix)).digest('hex');
			say(`${vsix}\n${(statSync(vsix).size / 1e6).toFixed(1)} MB, sha256 ${hash}`);
		}
	});
}
