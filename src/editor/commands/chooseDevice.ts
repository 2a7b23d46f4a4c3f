import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Log } from '../../base';
import { type DeviceChooser } from '../../backends';
import { type Engines } from '../engines';
import { pickDevice } from '../devicePick';
import { type DeviceRow } from '../deviceRows';
import { obstacleWords } from '../deviceWords';
import { type Settings } from '../settings';
import { showError } from '../userErrors';
import { withProgress } from '../withProgress';

interface Parts {
	readonly settings: Settings;
	readonly chooser: DeviceChooser;
	readonly engines: Pick<Engines, 'roles'>;
	readonly log: Log;
}

/** "Choose Device...": the devices of this machine, with what was measured for the completion model or why they cannot be used. */
export function registerChooseDevice(parts: Parts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.model.chooseDevice', async () => {
		try {
			await choose(parts);
		} catch (error) {
			await showError(error, parts.log);
		}
	});
}

async function choose(parts: Parts): Promise<void> {
	const { settings, chooser, engines, log } = parts;
	await engines.roles.looked();
	const folder = engines.roles.completion();
	const model = basename(folder);
	const probe = (signal: AbortSignal): ReturnType<DeviceChooser['probe']> => chooser.probe(signal);
	const chosen = await pickDevice({ model, set: settings.device, verdict: chooser.verdict(folder), probe });
	switch (chosen?.kind) {
		case 'device':
			return settings.setDevice(chosen.device);
		case 'unusable':
			return explain(chosen.row, log);
		case 'measure':
			if (await measure(folder, model, chooser)) await choose(parts);
			return;
		default:
			return;
	}
}

async function measure(folder: string, model: string, chooser: DeviceChooser): Promise<boolean> {
	const title = vscode.l10n.t('Measuring {model} on the devices of this machine...', { model });
	const verdict = await withProgress(title, signal => chooser.measureAnew(folder, signal));
	return verdict !== undefined;
}

async function explain({ device, obstacle, detail }: DeviceRow, log: Log): Promise<void> {
	if (!obstacle) return;
	if (detail) log.info(`${device}: ${detail}`);
	const showLog = vscode.l10n.t('Show Log');
	const words = obstacleWords(device, obstacle);
	const chosen = await vscode.window.showInformationMessage(words, ...(detail ? [showLog] : []));
	if (chosen === showLog) await vscode.commands.executeCommand('inkling.log.show');
}
