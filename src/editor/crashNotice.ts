import * as vscode from 'vscode';
import { type Disposable } from '../base';
import { type EngineState } from '../backends';
import { type GenerationError } from '../generation';
import { type Settings } from './settings';
import { describeError } from './userErrors';

/** What the notice watches. */
interface WatchedEngines {
	readonly state: EngineState;
	onStateChange(listener: (state: EngineState) => void): Disposable;
}

/** Says once that the engine crashed too often and is switched off, with the ways on: the log, the processor, another try. Nothing else
 * would tell somebody who only types. */
export function registerCrashNotice(engines: WatchedEngines, settings: Settings): Disposable {
	let told: GenerationError | undefined;
	return engines.onStateChange(state => {
		if (state.kind !== 'failed' || state.error.code !== 'engineCrashing' || state.error === told) return;
		told = state.error;
		void tell(state.error, settings);
	});
}

async function tell(error: GenerationError, settings: Settings): Promise<void> {
	const { t } = vscode.l10n;
	const [showLog, useCpu, retry] = [t('Show Log'), t('Use CPU'), t('Retry')];
	// On the processor already, there is nothing to change.
	const ways = settings.device === 'cpu' ? [showLog, retry] : [showLog, useCpu, retry];
	const chosen = await vscode.window.showErrorMessage(describeError(error).text, ...ways);
	if (chosen === showLog) await vscode.commands.executeCommand('inkling.log.show');
	if (chosen === useCpu) await settings.setDevice('cpu');
	if (chosen === useCpu || chosen === retry) await vscode.commands.executeCommand('inkling.engine.restart');
}
