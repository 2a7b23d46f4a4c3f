// `npm start`: sets up, builds, and opens VS Code with the extension and a sample workspace.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { outFolder, root, sampleFolder } from './paths.mjs';
import { main, say } from './report.mjs';
import { ensureBuild, ensureDependencies } from './setup.mjs';

const usage = `npm start                  opens VS Code with Inkling and a sample workspace
npm start -- --headless    does it unattended, prints what Inkling wrote, leaves screenshots in out/headless/
npm start -- --server      uses the VS Code server in the browser even where the desktop 'code' is installed
npm start -- --port 8080   the server's port; a free one when absent`;

await main(async () => {
	const options = process.argv.slice(2);
	if (options.includes('--help')) {
		say(usage);
		return 0;
	}
	await ensureDependencies();
	if (options.includes('--headless')) {
		const { runTour } = await import('./tour.mjs');
		return runTour();
	}
	if (!options.includes('--server') && hasDesktopCode()) {
		await ensureBuild();
		return openDesktop();
	}
	const port = options.indexOf('--port');
	return serve(port === -1 ? 0 : Number(options[port + 1]));
});

function hasDesktopCode() {
	return spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0;
}

/** A workspace of the person's own: kept from one start to the next. */
function sampleWorkspace() {
	const workspace = join(outFolder, 'sample');
	if (!existsSync(workspace)) cpSync(sampleFolder, workspace, { recursive: true });
	return workspace;
}

function openDesktop() {
	const workspace = sampleWorkspace();
	say(`Opening VS Code with Inkling on ${workspace}`);
	const child = spawn('code', ['--new-window', `--extensionDevelopmentPath=${root}`, workspace], {
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	return new Promise((resolve, reject) => child.on('error', reject).on('close', code => resolve(code ?? 1)));
}

async function serve(port) {
	const [{ ensureVsCodeServer }, { addressOf, startServer }, { makePackages }] = await Promise.all([
		import('./vscodeInstall.mjs'),
		import('./vscodeServer.mjs'),
		import('./package.mjs'),
	]);
	await ensureVsCodeServer();
	const server = await startServer({
		vsix: await makePackages(),
		endOnSignal: false,
		port,
		settings: { 'workbench.startupEditor': 'readme' },
	});
	say(`\nVS Code with Inkling is at\n\n    ${addressOf(server, sampleWorkspace())}\n\nIt runs until you press Ctrl+C.`);
	const reason = await Promise.race([server.exited.then(() => 'exited'), interrupted()]);
	if (reason === 'exited') say(`The VS Code server ended.\n${server.log()}`);
	await server.stop();
	return reason === 'exited' ? 1 : 0;
}

function interrupted() {
	return new Promise(resolve => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
	});
}
