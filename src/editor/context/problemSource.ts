import { basename } from 'node:path';
import * as vscode from 'vscode';
import { contextText, type ContextItem, type ContextSource } from '../../chat';
import { type ContextFiles } from './contextFiles';

/** Most problems in one item. */
const mostProblems = 100;
const allId = 'problems:all';
const ofFile = 'problems:';

/** What compilers and linters report, of the active file or of all. */
export function problemSource(files: ContextFiles): ContextSource {
	return {
		kind: 'problems',
		search: query => {
			const active = vscode.window.activeTextEditor?.document.uri;
			const items = [...(active ? [fileProblems(active)] : []), allProblems()];
			const wanted = query.toLowerCase();
			return Promise.resolve(
				items.filter(item => item !== undefined).filter(({ label }) => label.toLowerCase().includes(wanted)),
			);
		},
		async read(item) {
			const lines: string[] = [];
			for (const [uri, problems] of vscode.languages.getDiagnostics()) {
				if (item.id !== allId && item.id !== ofFile + uri.toString()) continue;
				if (problems.length === 0 || (await files.refusal(uri))) continue;
				lines.push(...[...problems].sort((a, b) => a.severity - b.severity).map(problem => describe(uri, problem)));
			}
			return contextText(item, lines.slice(0, mostProblems).join('\n'), lines.length > mostProblems);
		},
	};
}

function fileProblems(uri: vscode.Uri): ContextItem | undefined {
	const count = vscode.languages.getDiagnostics(uri).length;
	if (count === 0) return undefined;
	const path = vscode.workspace.asRelativePath(uri);
	const label = vscode.l10n.t('Problems in {file}', { file: basename(uri.path) });
	return { kind: 'problems', id: ofFile + uri.toString(), label, detail: counted(count), path };
}

function allProblems(): ContextItem | undefined {
	const count = vscode.languages.getDiagnostics().reduce((total, [, problems]) => total + problems.length, 0);
	if (count === 0) return undefined;
	return { kind: 'problems', id: allId, label: vscode.l10n.t('All Problems'), detail: counted(count) };
}

const counted = (count: number): string => vscode.l10n.t('{count} problems', { count });

function describe(uri: vscode.Uri, { range, severity, message, source }: vscode.Diagnostic): string {
	const place = `${vscode.workspace.asRelativePath(uri)}:${range.start.line + 1}:${range.start.character + 1}`;
	const kind = ['error', 'warning', 'information', 'hint'][severity];
	return `${place}: ${kind}: ${message}${source === undefined ? '' : ` (${source})`}`;
}
