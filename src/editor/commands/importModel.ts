import * as vscode from 'vscode';
import { type ModelRole } from '../../generation';
import {
	hasChatTemplate,
	importBundle,
	importFolder,
	inspectModelFolder,
	readBundle,
	type InspectedModel,
} from '../../models';
import { sizeWords } from '../byteWords';
import { showDownloadError } from '../downloadErrors';
import { type ModelLibrary } from '../modelLibrary';
import { nameOf } from './manageModels';
import { offerUse } from './useModel';
import { withProgress } from '../withProgress';

/** "Import Model...": a folder of this machine, copied or used where it is, or a bundle that another Inkling exported. */
export function registerImportModel(library: ModelLibrary): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.model.import', async () => {
		try {
			await chooseSource(library);
		} catch (error) {
			await showDownloadError(error, library.log);
		}
	});
}

async function chooseSource(library: ModelLibrary): Promise<void> {
	const { t } = vscode.l10n;
	const sources = [
		{
			label: `$(folder-opened) ${t('Model Folder...')}`,
			description: 'config.json, tokenizer.json, onnx/',
			run: () => takeFolder(library),
		},
		{
			label: `$(package) ${t('Bundle...')}`,
			description: t('one file that another Inkling has exported'),
			run: () => takeBundle(library),
		},
	];
	const chosen = await vscode.window.showQuickPick(sources, { placeHolder: t('Where is the model?') });
	await chosen?.run();
}

async function takeFolder(library: ModelLibrary): Promise<void> {
	const { t } = vscode.l10n;
	const [uri] =
		(await vscode.window.showOpenDialog({
			canSelectFiles: false,
			canSelectFolders: true,
			title: t('A folder with an ONNX model in the Hugging Face layout'),
		})) ?? [];
	if (!uri) return;
	const folder = uri.fsPath;
	const roles = await rolesOf(await inspectModelFolder(folder));
	const copy = { label: t('Copy It'), description: t('Inkling keeps its own copy and watches over every byte') };
	const link = { label: t('Use It Where It Is'), description: folder };
	const chosen = await vscode.window.showQuickPick([copy, link], { placeHolder: t('Copy the model?') });
	if (chosen === link) await offerUse({ folder }, roles, library.settings, uri.path.split('/').at(-1) ?? folder);
	if (chosen !== copy) return;
	const model = await withProgress(t('Copying the model...'), signal =>
		importFolder(folder, library.store, roles, signal),
	);
	if (model) await offerUse(model, roles, library.settings, nameOf(model));
}

/** A folder of the user's own says little; what it cannot do, its engine says. */
async function rolesOf({ config, folder }: InspectedModel): Promise<readonly ModelRole[]> {
	if (config.family === 'encoder-decoder' || config.family === 'recurrent') return [config.fillsGaps ? 'fill' : 'task'];
	return (await hasChatTemplate(folder)) ? ['fill', 'chat', 'task'] : ['fill'];
}

async function takeBundle({ store, settings }: ModelLibrary): Promise<void> {
	const { t } = vscode.l10n;
	const [uri] =
		(await vscode.window.showOpenDialog({
			title: t('Choose a bundle'),
			filters: { [t('Bundles of models')]: ['tar'] },
		})) ?? [];
	if (!uri) return;
	const { manifest, signer } = await readBundle(uri.fsPath);
	const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
	const name = `${manifest.repository} (${manifest.variant})`;
	const yes = t('Import');
	const detail = t('Signed by the key {signer}. Compare it with the one that the sender sees. {size} from {source}.', {
		signer,
		size: sizeWords(bytes),
		source: manifest.source,
	});
	const answer = await vscode.window.showInformationMessage(
		t('Import {name}?', { name }),
		{ modal: true, detail },
		yes,
	);
	if (answer !== yes) return;
	const model = await withProgress(t('Importing {name}...', { name }), signal =>
		importBundle(uri.fsPath, store, () => undefined, signal),
	);
	if (model) await offerUse(model, model.manifest.roles, settings, nameOf(model));
}
