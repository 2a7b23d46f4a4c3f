import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from './until';

const extension = (): vscode.Extension<unknown> => {
	const found = vscode.extensions.getExtension('inkling.inkling');
	assert.ok(found, 'the extension is not installed');
	return found;
};

interface Manifest {
	readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('the extension in VS Code', () => {
	it('activates by itself after start-up', async () => {
		await until(() => extension().isActive);
	});

	it('has registered every command of its manifest', async () => {
		await extension().activate();
		const registered = await vscode.commands.getCommands(true);
		const { commands } = (extension().packageJSON as Manifest).contributes;
		const missing = commands.map(command => command.command).filter(id => !registered.includes(id));
		assert.deepEqual(missing, []);
	});

	it('reads no proposed API', () => {
		assert.equal((extension().packageJSON as { enabledApiProposals?: unknown }).enabledApiProposals, undefined);
	});
});
