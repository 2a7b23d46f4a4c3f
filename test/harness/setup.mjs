// Brings a fresh clone to the point where it can run: packages, then bundles. Uses node: modules only, because before
// `npm ci` there is nothing else. Run as a script it does both.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { lockFile, root } from './paths.mjs';
import { main, runProgram, say, SetupError, step } from './report.mjs';

const oldestNode = 20;

/** @throws SetupError when this Node is too old to go on */
export function requireNode() {
	const major = Number(process.versions.node.split('.')[0]);
	if (major < oldestNode) {
		throw new SetupError(
			`Inkling needs Node ${oldestNode} or newer; this is ${process.version}. Install one from https://nodejs.org.`,
		);
	}
}

/**
 * Whether every package of a folder's lock file is installed in the version it says. npm writes its own record
 * (node_modules/.package-lock.json) last, so an interrupted install does not count.
 */
export function isInstalled(folder) {
	const record = join(folder, 'node_modules', '.package-lock.json');
	if (!existsSync(record)) return false;
	const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
	const present = JSON.parse(readFileSync(record, 'utf8')).packages;
	return Object.entries(wanted).every(([path, entry]) => {
		if (path === '' || entry.optional || entry.devOptional || entry.peer) return true;
		return present[path]?.version === entry.version && existsSync(join(folder, path, 'package.json'));
	});
}

/** Variables npm gives to its scripts would make a nested npm think that it works on the outer project. */
export function environmentForNpm(extra = {}) {
	const environment = Object.entries(process.env).filter(
		([name]) => !/^npm_(package|lifecycle)_|^npm_config_(local_)?prefix$|^INIT_CWD$/i.test(name),
	);
	return { ...Object.fromEntries(environment), ...extra };
}

/** Runs npm itself, which on Windows is a batch file that needs a shell and under npm is a script we know. */
export function npm(args, options) {
	const script = process.env.npm_execpath;
	if (script?.endsWith('.js')) return runProgram(process.execPath, [script, ...args], options);
	return runProgram('npm', args, options);
}

/** Installs the project's packages when they are missing or the lock file has changed. */
export async function ensureDependencies() {
	requireNode();
	if (isInstalled(root)) return;
	await withLock(lockFile, async () => {
		if (isInstalled(root)) return;
		await step('Installing the packages of the project (npm ci)', () =>
			npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root, env: environmentForNpm() }),
		);
	});
}

/** Builds the bundles when a source is newer than they are. */
export async function ensureBuild() {
	if (!isStale()) return;
	await withLock(lockFile, async () => {
		await step('Building the extension', () => runProgram(process.execPath, ['esbuild.config.mjs'], { cwd: root }));
	});
}

function isStale() {
	const bundles = ['extension.js', 'engine.js', 'openAiTokens.js', 'resultPanel.js']
		.map(file => join(root, 'dist', file))
		.concat(join(root, 'out', 'cli.js'));
	if (!bundles.every(file => existsSync(file))) return true;
	const built = Math.min(...bundles.map(file => statSync(file).mtimeMs));
	const sources = [
		join(root, 'package.json'),
		join(root, 'package-lock.json'),
		join(root, 'esbuild.config.mjs'),
		...filesIn(join(root, 'src')),
	];
	return sources.some(file => statSync(file).mtimeMs > built);
}

function filesIn(folder) {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath ?? entry.path, entry.name));
}

if (process.argv[1] === import.meta.filename) {
	await main(async () => {
		await ensureDependencies();
		await ensureBuild();
		say('Inkling is set up.');
	});
}
