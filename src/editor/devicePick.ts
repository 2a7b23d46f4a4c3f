import * as vscode from 'vscode';
import { type DeviceVerdict } from '../backends';
import { type Device } from '../generation';
import { type DeviceProbe } from '../protocol';
import { deviceRows, type DeviceRow } from './deviceRows';
import { deviceTitle, durationWords, obstacleWords } from './deviceWords';

/** What a person chose: a device, a measurement, or a device that cannot be used and why. */
export type DeviceChoice =
	| { readonly kind: 'device'; readonly device: Device | 'auto' }
	| { readonly kind: 'measure' }
	| { readonly kind: 'unusable'; readonly row: DeviceRow };

interface Item extends vscode.QuickPickItem {
	readonly choice?: DeviceChoice;
}

/** What the list is about. */
export interface DevicePickFacts {
	/** Name of the model that figures are for. */
	readonly model: string;
	readonly set: Device | 'auto';
	readonly verdict: DeviceVerdict | undefined;
	/** The devices of this machine; resolves to none when aborted. */
	readonly probe: (signal: AbortSignal) => Promise<readonly DeviceProbe[]>;
}

/** The list of devices, open at once and filled when they have been tried. Undefined when it is left.
 * @throws GenerationError when they cannot be tried */
export async function pickDevice(facts: DevicePickFacts): Promise<DeviceChoice | undefined> {
	const { t } = vscode.l10n;
	const stop = new AbortController();
	const pick = vscode.window.createQuickPick<Item>();
	pick.title = t('Choose Device');
	pick.placeholder = t('Where shall models run? The figures are for {model}.', { model: facts.model });
	pick.matchOnDetail = true;
	pick.busy = true;
	pick.items = [automaticItem(facts), { label: t('Trying the devices of this machine...') }];
	const chosen = new Promise<DeviceChoice | undefined>(resolve => {
		// Where nothing can be chosen yet the list stays open.
		pick.onDidAccept(() => {
			const choice = pick.selectedItems[0]?.choice;
			if (choice) resolve(choice);
		});
		pick.onDidHide(() => resolve(undefined));
	});
	pick.show();
	const filled = facts.probe(stop.signal).then(probes => {
		if (stop.signal.aborted) return;
		pick.items = allItems(facts, probes);
		pick.busy = false;
	});
	try {
		return await Promise.race([chosen, filled.then(() => chosen)]);
	} finally {
		stop.abort();
		pick.dispose();
	}
}

function allItems(facts: DevicePickFacts, probes: readonly DeviceProbe[]): readonly Item[] {
	const { t } = vscode.l10n;
	const rows = deviceRows(facts.set, probes, facts.verdict);
	const separator = { label: '', kind: vscode.QuickPickItemKind.Separator };
	const measure: Item = {
		label: `$(dashboard) ${t('Measure Now')}`,
		detail: t('Times a short answer of {model} on every device that can be used.', { model: facts.model }),
		choice: { kind: 'measure' },
	};
	return [automaticItem(facts), ...rows.map(row => deviceItem(row)), separator, measure];
}

function automaticItem({ set, verdict, model }: DevicePickFacts): Item {
	const { t } = vscode.l10n;
	const detail = verdict
		? t('Measured: {model} runs on {device}.', { model, device: verdict.device.toUpperCase() })
		: t('Not measured yet: the processor, until {model} has answered and rests.', { model });
	return { label: mark(set === 'auto', t('Automatic')), detail, choice: { kind: 'device', device: 'auto' } };
}

function deviceItem(row: DeviceRow): Item {
	const { t } = vscode.l10n;
	const { device, ms, obstacle } = row;
	const title = deviceTitle(device);
	if (obstacle)
		return {
			label: row.isSet ? mark(true, title) : `$(circle-slash) ${title}`,
			detail: obstacleWords(device, obstacle),
			choice: { kind: 'unusable', row },
		};
	const figure =
		ms === undefined ? t('works; not measured') : t('{duration} for a short answer', { duration: durationWords(ms) });
	return { label: mark(row.isSet, title), description: figure, choice: { kind: 'device', device } };
}

const mark = (isSet: boolean, label: string): string => (isSet ? `$(check) ${label}` : label);
