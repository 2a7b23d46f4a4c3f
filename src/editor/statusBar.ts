import * as vscode from 'vscode';
import { assertNever } from '../base';
import { type EngineState } from '../backends';
import { type Enablement, type PausedReason } from './enablement';
import { describeError } from './userErrors';

/** What the status bar tells: the engine's state, unless completions are paused and nothing else is going on. */
export interface Status {
	readonly engine: EngineState;
	readonly paused: PausedReason | undefined;
}

/** The one status bar item. A click opens its menu. */
export function registerStatusBar(
	engine: { readonly state: EngineState; onStateChange(listener: (state: EngineState) => void): vscode.Disposable },
	enablement: Enablement,
): vscode.Disposable {
	const item = vscode.window.createStatusBarItem('inkling.status', vscode.StatusBarAlignment.Right, 100);
	item.name = 'Inkling';
	item.command = 'inkling.status.showMenu';
	const update = (): void => {
		const paused = enablement.pausedReason(vscode.window.activeTextEditor?.document.languageId);
		render(item, { engine: engine.state, paused });
	};
	update();
	item.show();
	return vscode.Disposable.from(
		item,
		engine.onStateChange(update),
		enablement.onChange(update),
		vscode.window.onDidChangeActiveTextEditor(update),
	);
}

function render(item: vscode.StatusBarItem, status: Status): void {
	const { icon, text } = describeStatus(status);
	const failed = status.engine.kind === 'failed';
	item.text = `$(${icon}) Inkling`;
	if (status.engine.kind === 'loading') item.text += ` ${Math.round(status.engine.fraction * 100)}%`;
	item.tooltip = text;
	item.accessibilityInformation = { label: `Inkling: ${text}`, role: 'button' };
	item.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
}

/** Icon and sentence for a status; the menu's first line shows the sentence too. */
export function describeStatus({ engine, paused }: Status): { readonly icon: string; readonly text: string } {
	const { t } = vscode.l10n;
	switch (engine.kind) {
		case 'failed':
			return { icon: 'warning', text: describeError(engine.error).text };
		case 'starting':
			return { icon: 'loading~spin', text: t('Starting the engine...') };
		case 'loading':
			return { icon: 'loading~spin', text: t('Loading the model...') };
		case 'generating':
			return { icon: 'loading~spin', text: t('Generating with {model} on {device}.', named(engine.model)) };
		case 'stopped':
			return paused ? pausedStatus(paused) : { icon: 'pencil', text: t('Asleep until it is needed.') };
		case 'ready':
			if (paused) return pausedStatus(paused);
			return { icon: 'pencil', text: readyText(engine.model) };
		default:
			return assertNever(engine);
	}
}

function readyText(model: Parameters<typeof named>[0]): string {
	if (model.device === 'remote') return vscode.l10n.t('Ready: completions by {model}.', { model: model.name });
	const text = vscode.l10n.t('Ready: {model} on {device}.', named(model));
	return model.fallbackReason
		? `${text} ${vscode.l10n.t('Not on the device you chose: {reason}', { reason: model.fallbackReason })}`
		: text;
}

function pausedStatus(reason: PausedReason): { readonly icon: string; readonly text: string } {
	const { t } = vscode.l10n;
	switch (reason) {
		case 'snoozed':
			return { icon: 'bell-slash', text: t('Completions are snoozed.') };
		case 'turnedOff':
			return { icon: 'circle-slash', text: t('Completions are turned off.') };
		case 'languageDisabled':
			return { icon: 'circle-slash', text: t('Completions are turned off for this language.') };
		default:
			return assertNever(reason);
	}
}

function named(model: { readonly name: string; readonly device: string; readonly fallbackReason?: string }): {
	model: string;
	device: string;
} {
	return { model: model.name, device: model.device.toUpperCase() };
}
