import * as vscode from 'vscode';
import { hubEndpoint, mirrorPresets } from '../../models';
import { type ModelLibrary } from '../modelLibrary';

/** "Choose Mirror for Models...": a known host, or any that speaks the same protocol. */
export function registerChooseMirror({ settings }: ModelLibrary): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.model.chooseMirror', async () => {
		const address = await pickAddress(settings.modelMirror);
		if (address !== undefined) await settings.setModelMirror(address);
	});
}

/** '' stands for what other tools use too: HF_ENDPOINT, else the first host. */
async function pickAddress(current: string): Promise<string | undefined> {
	const { t } = vscode.l10n;
	const usual = { label: t('Automatic'), description: process.env.HF_ENDPOINT ?? mirrorPresets[0], address: '' };
	const known = mirrorPresets.map(address => ({ label: new URL(address).host, description: address, address }));
	const other = { label: `$(globe) ${t('Another Address...')}`, description: '', address: undefined };
	const items = [usual, ...known, other].map(item => ({
		...item,
		label: item.address === current ? `$(check) ${item.label}` : item.label,
	}));
	const chosen = await vscode.window.showQuickPick(items, { placeHolder: t('Where shall models be downloaded from?') });
	if (!chosen || chosen.address !== undefined) return chosen?.address;
	return vscode.window.showInputBox({
		title: t('Address of a host that speaks the protocol of the Hugging Face hub'),
		value: current,
		placeHolder: mirrorPresets[1],
		ignoreFocusOut: true,
		validateInput: text => (isAddress(text) ? undefined : t('Not an http or https address.')),
	});
}

function isAddress(text: string): boolean {
	try {
		return text.trim() !== '' && hubEndpoint(text, undefined) !== '';
	} catch {
		// Only told apart here, while somebody types.
		return false;
	}
}
