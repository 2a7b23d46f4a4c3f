// Loads the extension bundle as the extension host would and activates it; prints both times as JSON.
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { standInForVscode } from './standInForVscode.mjs';

const root = process.argv[2];
const require = createRequire(import.meta.url);
const vscode = standInForVscode(require(join(root, 'package.json')));
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));

const context = {
	extensionPath: root,
	extensionUri: vscode.Uri.file(root),
	extensionMode: 1,
	subscriptions: [],
	globalState: vscode.memento,
	workspaceState: vscode.memento,
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

const start = performance.now();
const extension = require(join(root, 'dist', 'extension.js'));
const loaded = performance.now();
await extension.activate(context);
const activated = performance.now();
process.stdout.write(JSON.stringify({ requireMs: loaded - start, activateMs: activated - loaded }));
// The engine that activation warms up must not outlive the measurement.
for (const subscription of context.subscriptions.reverse()) subscription.dispose?.();
process.stdout.write('', () => process.exit(0));
