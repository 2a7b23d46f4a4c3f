// Makes the extension package (.vsix) for this platform: production bundles, an allow-list of files, only this
// platform's ONNX Runtime, third-party notices. The same sources give the same bytes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onnxRuntimeFiles, ownFiles, sizeOf } from './packageFiles.mjs';
import { outFolder, root } from './paths.mjs';
import { main, runProgram, say, SetupError, step } from './report.mjs';
import { ensureDependencies } from './setup.mjs';
import { thirdPartyNotices } from './thirdPartyNotices.mjs';

const maxMegabytes = 80;

/** Target name as VS Code's marketplace has it, 'linux-x64'. */
export function currentTarget() {
	return `${process.platform}-${process.arch}`;
}

/**
 * Builds and packages the extension into out/ and returns the path of the .vsix.
 * @throws SetupError when a file is missing, one does not belong in, or the package is too large
 */
export async function makePackage({ list = false } = {}) {
	await ensureDependencies();
	return step(`Packaging the extension for ${currentTarget()}`, async () => {
		await runProgram(process.execPath, ['esbuild.config.mjs', '--production'], { cwd: root });
		const stage = join(outFolder, 'package');
		const files = stageFiles(stage);
		const vsix = await writeVsix(stage, files);
		const megabytes = statSync(vsix).size / 1e6;
		if (megabytes > maxMegabytes) {
			throw new SetupError(
				`The package is ${megabytes.toFixed(1)} MB; at most ${maxMegabytes} MB are allowed.\n${listing(stage, files)}`,
			);
		}
		if (list) say(`\n${listing(stage, files)}`);
		return vsix;
	});
}

function stageFiles(stage) {
	rmSync(stage, { recursive: true, force: true });
	const copies = [
		...ownFiles().map(file => [file, file]),
		// Beside the engine's bundle, where its `require` looks first; vsce leaves a top-level node_modules out.
		...onnxRuntimeFiles(process.platform, process.arch).map(file => [file, `dist/${file}`]),
		['.vscodeignore', '.vscodeignore'],
	];
	for (const [from, to] of copies) {
		mkdirSync(dirname(join(stage, to)), { recursive: true });
		cpSync(join(root, from), join(stage, to), { dereference: true });
	}
	writeFileSync(join(stage, 'package.json'), shippedManifest());
	const bundled = JSON.parse(readFileSync(join(outFolder, 'bundledFiles.json'), 'utf8'));
	writeFileSync(
		join(stage, 'THIRD-PARTY-NOTICES.txt'),
		thirdPartyNotices(bundled, ['@vscode/codicons', 'onnxruntime-common', 'onnxruntime-node']),
	);
	return [...copies.map(([, to]) => to).filter(file => file !== '.vscodeignore'), 'THIRD-PARTY-NOTICES.txt'].sort();
}

/** What only developers need stays out. */
function shippedManifest() {
	const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	for (const key of ['scripts', 'dependencies', 'devDependencies', 'private', 'sideEffects']) delete manifest[key];
	return `${JSON.stringify(manifest, null, '\t')}\n`;
}

async function writeVsix(stage, files) {
	const { listFiles, PackageManager } = await import('@vscode/vsce').then(module => module.default ?? module);
	const listed = await listFiles({ cwd: stage, packageManager: PackageManager.None });
	const stray = listed.filter(file => !files.includes(file));
	const dropped = files.filter(file => !listed.includes(file));
	if (stray.length + dropped.length > 0) {
		throw new SetupError(
			`.vscodeignore and the list of files disagree. Stray: ${stray.join(', ')}. Left out: ${dropped.join(', ')}.`,
		);
	}
	const version = JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8')).version;
	const packagePath = join(outFolder, `inkling-${currentTarget()}-${version}.vsix`);
	const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
	const options = [
		'--no-dependencies',
		'--allow-missing-repository',
		'--no-rewrite-relative-links',
		'--target',
		currentTarget(),
	];
	// A fixed time makes two packages of the same sources equal, byte for byte.
	const env = { ...process.env, SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? lastCommitTime() };
	await runProgram(process.execPath, [vsce, 'package', ...options, '-o', packagePath], { cwd: stage, env });
	return packagePath;
}

function lastCommitTime() {
	try {
		return execFileSync('git', ['log', '-1', '--format=%ct'], {
			cwd: root,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}).trim();
	} catch {
		return '1767225600'; // a copy without history
	}
}

function listing(stage, files) {
	const lines = files.map(file => `${String(statSync(join(stage, file)).size).padStart(10)}  ${file}`);
	return [...lines, `${String(sizeOf(stage, files)).padStart(10)}  bytes in ${files.length} files`].join('\n');
}

if (process.argv[1] === import.meta.filename) {
	await main(async () => {
		const vsix = await makePackage({ list: true });
		const hash = createHash('sha256').update(readFileSync(vsix)).digest('hex');
		say(`${vsix}\n${(statSync(vsix).size / 1e6).toFixed(1)} MB, sha256 ${hash}`);
	});
}
