import * as vscode from 'vscode';
import { type Enablement } from '../enablement';

const choicesMinutes = [5, 15, 60, 240] as const;

/** Pauses completions for a while; offers to wake them when they are already paused. */
export function registerSnooze(enablement: Enablement): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.completion.snooze', async () => {
		const wake = { label: vscode.l10n.t('Wake Up Now'), minutes: 0 };
		const items = choicesMinutes.map(minutes => ({
			label: vscode.l10n.t('{minutes} minutes', { minutes }),
			minutes: minutes,
		}));
		const chosen = await vscode.window.showQuickPick(enablement.snoozedUntil === undefined ? items : [wake, ...items], {
			placeHolder: vscode.l10n.t('Pause completions for how long?'),
		});
		if (!chosen) return;
		if (chosen.minutes === 0) enablement.wake();
		else enablement.snooze(chosen.minutes);
	});
}
