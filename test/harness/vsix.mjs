// What the packages have in common: files are copied into a folder of their own, and vsce makes a .vsix of exactly those. The same
// files give the same bytes.
import { execFileSync } from 'node:child_process';
import { constants, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sizeOf } from './folderFiles.mjs';
import { root } from './paths.mjs';
import { runProgram, SetupError } from './report.mjs';

/** A folder with nothing but what goes into one package. */
export class Stage {
	files = [];

	constructor(folder) {
		this.folder = folder;
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(folder, { recursive: true });
	}

	/** Copies a file. */
	copy(from, to) {
		mkdirSync(dirname(join(this.folder, to)), { recursive: true });
		// A disk that can shares the bytes; hard links would count as links that another folder can change.
		cpSync(from, join(this.folder, to), { dereference: true, mode: constants.COPYFILE_FICLONE });
		this.files.push(to);
	}

	/** Writes a file. */
	write(to, text) {
		writeFileSync(join(this.folder, to), text);
		this.files.push(to);
	}

	/** What is in it, a line a file. */
	listing() {
		const files = [...this.files].sort();
		const lines = files.map(file => `${String(statSync(join(this.folder, file)).size).padStart(10)}  ${file}`);
		return [...lines, `${String(sizeOf(this.folder, files)).padStart(10)}  bytes in ${files.length} files`].join('\n');
	}
}

/** vsce looks for forgotten keys in every file, as text and as a whole: minutes and gigabytes for weights that are known by checksum. */
const withoutKeySearch = ['--allow-package-all-secrets', '--allow-package-env-file'];

/**
 * Makes a .vsix of a stage. `ignore` is its .vscodeignore, an allow-list; `target` the platform, if it is for one;
 * `time` the seconds since 1970 that every file in it gets; `hasWeights` for hundreds of megabytes. Returns the path.
 * @throws SetupError when the allow-list and the files disagree, or the package is too large
 */
export async function writeVsix(stage, { file, ignore, target, time, maxMegabytes, hasWeights = false }) {
	writeFileSync(join(stage.folder, '.vscodeignore'), ignore);
	const { listFiles, PackageManager } = await import('@vscode/vsce').then(module => module.default ?? module);
	const listed = await listFiles({ cwd: stage.folder, packageManager: PackageManager.None });
	const stray = listed.filter(name => !stage.files.includes(name));
	const dropped = stage.files.filter(name => !listed.includes(name));
	if (stray.length + dropped.length > 0) {
		throw new SetupError(
			`.vscodeignore and the list of files disagree. Stray: ${stray.join(', ')}. Left out: ${dropped.join(', ')}.`,
		);
	}
	const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
	const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
	const env = { ...process.env, SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? time };
	const more = [...(target === undefined ? [] : ['--target', target]), ...(hasWeights ? withoutKeySearch : [])];
	const all = [vsce, 'package', ...options, ...more, '-o', file];
	await runProgram(process.execPath, all, { cwd: stage.folder, env });
	const megabytes = statSync(file).size / 1e6;
	if (megabytes > maxMegabytes) {
		rmSync(file);
		throw new SetupError(
			`The package is ${megabytes.toFixed(1)} MB; at most ${maxMegabytes} MB are allowed.\n${stage.listing()}`,
		);
	}
	return file;
}

/** Seconds since 1970 of the last commit, or of the last one that changed one of `paths`. */
export function lastCommitTime(...paths) {
	try {
		const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
		const time = execFileSync('git', ['log', '-1', '--format=%ct', '--', ...paths], options).trim();
		return time === '' ? copyTime : time;
	} catch {
		return copyTime;
	}
}

/** Of a copy without history. */
const copyTime = '1767225600';

/** A manifest without what only developers need. */
export function shippedManifest(file, changes = {}) {
	const manifest = JSON.parse(readFileSync(file, 'utf8'));
	for (const key of ['scripts', 'dependencies', 'devDependencies', 'private', 'sideEffects']) delete manifest[key];
	return `${JSON.stringify({ ...manifest, ...changes }, null, '\t')}\n`;
}
