import * as vscode from 'vscode';
import { type Log } from '../../base';
import { doctorFacts, writeReport, type DoctorParts } from '../doctor';
import { showError } from '../userErrors';
import { withProgress } from '../withProgress';

/** "Doctor": everything that helps to find out what is wrong, as a document to read and to share. Nothing is sent anywhere. */
export function registerRunDoctor(parts: DoctorParts, log: Log): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.doctor.run', async () => {
		try {
			await examine(parts);
		} catch (error) {
			await showError(error, log);
		}
	});
}

async function examine(parts: DoctorParts): Promise<void> {
	const { t } = vscode.l10n;
	const facts = await withProgress(t('Looking at models, devices and settings...'), signal =>
		doctorFacts(parts, signal),
	);
	// Cancelled: the devices were not tried to the end.
	if (!facts || facts.probes.length === 0) return;
	const report = writeReport(facts, new Date());
	const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: report });
	await vscode.window.showTextDocument(document, { preview: false });
	const copy = t('Copy Report');
	const chosen = await vscode.window.showInformationMessage(
		t('The report is ready. Nothing was sent; read it before you share it.'),
		copy,
	);
	// As it is now: what a person took out must not come back.
	if (chosen === copy) await vscode.env.clipboard.writeText(document.getText());
}
