// Starts VS Code's own server in a folder of its own and opens its workbench in a browser page.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installLanguage } from './languagePack.mjs';
import { sampleFolder } from './paths.mjs';
import { SetupError } from './report.mjs';
import { vscodeServerPaths } from './vscodeInstall.mjs';

/** The packages that tests are about: the extension, and the model pack where there is one. */
export const packagesUnderTest = () => process.env.INKLING_VSIX.split(delimiter);

/** Nothing that distracts, looks something up or asks a question. */
const quietSettings = {
	'workbench.startupEditor': 'none',
	'workbench.tips.enabled': false,
	'workbench.enableExperiments': false,
	'workbench.secondarySideBar.defaultVisibility': 'hidden',
	'telemetry.telemetryLevel': 'off',
	'update.mode': 'none',
	'security.workspace.trust.enabled': false,
	'extensions.autoUpdate': false,
	'extensions.autoCheckUpdates': false,
	'extensions.ignoreRecommendations': true,
	'npm.fetchOnlinePackageInfo': false,
	'git.enabled': false,
	// VS Code's own assistant would sit beside ours, and costs a tenth of the start.
	'chat.disableAIFeatures': true,
	'files.autoSave': 'off',
	'files.hotExit': 'off',
	'editor.minimap.enabled': false,
};

/** Every workspace opens in Restricted Mode, without a question. */
const restrictedSettings = {
	'security.workspace.trust.enabled': true,
	'security.workspace.trust.startupPrompt': 'never',
	'security.workspace.trust.emptyWindow': false,
};

/**
 * A running server with its own settings and extensions; `stop` ends it with all its children and removes its folder.
 * `vsix` is installed first; `port` 0 takes a free one; `settings` are added to the user's, and `machineSettings` are
 * those of the scope `machine`, which count only where extensions run; `env` reaches the extension host;
 * `language` is a display language other than English. With `restricted`, workspaces are not trusted. Unless `endOnSignal` is false, a signal that
 * ends this process ends the server too.
 */
export async function startServer({
	vsix = [],
	port = 0,
	settings = {},
	machineSettings = {},
	env = {},
	language,
	restricted = false,
	endOnSignal = true,
} = {}) {
	const { main, node } = vscodeServerPaths();
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'inkling-vscode-')));
	const extensionsFolder = join(folder, 'extensions');
	const userFolder = join(folder, 'user');
	const folders = [
		'--server-data-dir',
		join(folder, 'server'),
		'--user-data-dir',
		userFolder,
		'--extensions-dir',
		extensionsFolder,
	];
	const userSettings = { ...quietSettings, ...(restricted ? restrictedSettings : {}), ...settings };
	for (const [place, values] of [
		['User', userSettings],
		['Machine', machineSettings],
	]) {
		mkdirSync(join(userFolder, place), { recursive: true });
		writeFileSync(join(userFolder, place, 'settings.json'), JSON.stringify(values, null, '\t'));
	}
	if (language !== undefined) installLanguage(userFolder, language);
	const childEnvironment = environmentForServer({ XDG_RUNTIME_DIR: folder, ...env });
	for (const file of vsix) {
		execFileSync(node, [main, ...folders, '--install-extension', file], { env: childEnvironment, stdio: 'pipe' });
	}
	const options = [
		...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'],
		...[
			'--telemetry-level',
			'off',
			'--disable-telemetry',
			...(restricted ? [] : ['--disable-workspace-trust']),
			'--reconnection-grace-time',
			'1',
		],
		...(language === undefined ? [] : ['--locale', language]),
	];
	// A process group of its own: the server leaves its extension hosts behind when only it is ended.
	const child = spawn(node, [main, ...options, ...folders], {
		env: childEnvironment,
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const output = [];
	const removeHandlers = endOnSignal ? endWithThisProcess(child, folder) : () => undefined;
	const listening = await portOf(child, output).catch(error => {
		rmSync(folder, { recursive: true, force: true });
		throw error;
	});
	return {
		folder,
		userFolder,
		extensionsFolder,
		pid: child.pid,
		port: listening,
		address: `http://127.0.0.1:${listening}`,
		log: () => output.join(''),
		exited: new Promise(resolve => child.once('exit', resolve)),
		stop: () => {
			removeHandlers();
			return stop(child, folder);
		},
	};
}

function environmentForServer(extra) {
	// Settings of npm, of a surrounding VS Code and of a test runner must not leak into the extension host.
	const kept = Object.entries(process.env).filter(
		([name]) => !/^npm_|^NODE_OPTIONS$|^VSCODE_(?!TEST_)|^VITEST|^TEST_WORKER/i.test(name),
	);
	// No gallery: VS Code would look extensions up on the network.
	return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{}', ...extra };
}

function portOf(child, output) {
	return new Promise((resolve, reject) => {
		const listen = data => {
			output.push(String(data));
			const match = /Extension host agent listening on (\d+)/.exec(output.join(''));
			if (match) resolve(Number(match[1]));
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		child.on('error', reject);
		child.on('exit', code =>
			reject(new SetupError(`The VS Code server ended with exit code ${code}.\n${output.join('')}`)),
		);
	});
}

/** The server is in a process group of its own, so Ctrl+C alone would leave it running. */
function endWithThisProcess(child, folder) {
	const end = () => {
		signalGroup(child.pid, 'SIGKILL');
		rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
		process.exit(130);
	};
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
	for (const signal of signals) process.once(signal, end);
	return () => signals.forEach(signal => process.removeListener(signal, end));
}

async function stop(child, folder) {
	if (child.exitCode === null && child.signalCode === null) {
		const gone = new Promise(resolve => child.once('exit', resolve));
		signalGroup(child.pid, 'SIGTERM');
		await Promise.race([gone, delay(3000, undefined, { ref: false })]);
	}
	signalGroup(child.pid, 'SIGKILL');
	rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function signalGroup(pid, signal) {
	try {
		process.kill(-pid, signal);
	} catch (error) {
		if (error.code !== 'ESRCH') throw error;
	}
}

/** A copy of the sample workspace (or of `from`) that a run may change; lives in the server's folder. */
export function newWorkspace(server, from = sampleFolder) {
	const workspace = join(mkdtempSync(join(server.folder, 'workspace-')), 'sample');
	cpSync(from, workspace, { recursive: true });
	return workspace;
}

/** The address that shows a folder, or a `.code-workspace` file. */
export function addressOf(server, workspace) {
	const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
	return `${server.address}/?${kind}=${encodeURIComponent(workspace)}`;
}

/**
 * Opens the workbench on a folder. `development` loads that folder as an extension under development, `tests` runs that
 * module in the extension host. The page's options are amended while the workbench reads them: rewriting the page itself
 * makes Chromium take it for a foreign one and refuse its WebSocket to 127.0.0.1.
 */
export async function openWorkbench(page, server, workspace, { development, tests } = {}) {
	const uri = path => ({ $mid: 1, scheme: 'vscode-remote', authority: `127.0.0.1:${server.port}`, path });
	const developmentOptions = {
		...(development ? { extensions: [uri(development)] } : {}),
		...(tests ? { extensionTestsPath: uri(tests) } : {}),
	};
	await page.addInitScript(amendOptions, developmentOptions);
	await page.goto(addressOf(server, workspace));
}

/* global Element -- runs in the page */
function amendOptions(developmentOptions) {
	const read = Element.prototype.getAttribute;
	Element.prototype.getAttribute = function (name) {
		const value = read.call(this, name);
		if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration' || !value) return value;
		const options = JSON.parse(value);
		options.developmentOptions = { ...options.developmentOptions, ...developmentOptions };
		delete options.productConfiguration.serviceWorker; // only code-server's own front serves it
		options.productConfiguration.enableTelemetry = false;
		return JSON.stringify(options);
	};
}
