// Loads the extension bundle as the extension host would and activates it; prints both times as JSON.
import Module, { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { standInForVscode } from './standInForVscode.mjs';

const root = process.argv[2];
const require = createRequire(import.meta.url);
const bundle = join(root, 'dist', 'extension.js');
// A bundle copies the members of a module that it finds on it, so those it will ask for must be there.
const code = readFileSync(bundle, 'utf8');
const modules = [...code.matchAll(/([\w$]+)\s*=\s*[\w$]+\(require\("vscode"\)/g)].map(match => match[1]);
const uses = modules.flatMap(name => [
	...code.matchAll(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$&')}\\.(\\w+)`, 'g')),
]);
const used = new Set(uses.map(match => match[1]));
const vscode = standInForVscode(require(join(root, 'package.json')), [...used]);
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));

const memento = {
	get: (_key, fallback) => fallback,
	update: async () => undefined,
	keys: () => [],
	setKeysForSync() {},
};
const context = {
	extensionPath: root,
	extensionUri: vscode.Uri.file(root),
	extensionMode: 1,
	subscriptions: [],
	globalState: memento,
	workspaceState: memento,
	secrets: {
		get: async () => undefined,
		store: async () => undefined,
		delete: async () => undefined,
		onDidChange: () => ({ dispose() {} }),
	},
	globalStorageUri: vscode.Uri.file(join(root, 'out', 'bench-storage')),
	logUri: vscode.Uri.file(join(root, 'out', 'bench-storage')),
	asAbsolutePath: path => join(root, path),
	extension: { id: 'inkling.inkling', packageJSON: require(join(root, 'package.json')) },
};

const cpu = process.cpuUsage();
const start = performance.now();
const extension = require(bundle);
const loaded = performance.now();
await extension.activate(context);
const activated = performance.now();
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
	JSON.stringify({ requireMs: loaded - start, activateMs: activated - loaded, cpuMs: (user + system) / 1000 }),
);
// The engine that activation warms up must not outlive the measurement.
for (const subscription of context.subscriptions.reverse()) subscription.dispose?.();
process.stdout.write('', () => process.exit(0));
