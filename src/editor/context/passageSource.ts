import * as vscode from 'vscode';
import { type ContextItem, type ContextSource } from '../../chat';
import { type WorkspaceIndex } from '../workspaceIndex';
import { type ContextFiles } from './contextFiles';
import { fileItem } from './contextItems';

/** Passages of the workspace that may answer a question, found by their words. */
export interface PassageSource extends ContextSource {
	/** As `search`, but only below some folders, named as `asRelativePath` names them. No folder means everywhere. */
	searchIn(folders: readonly string[], question: string, signal: AbortSignal): Promise<readonly ContextItem[]>;
}

/** Most passages for one question; more would only crowd out the rest of the conversation. */
const mostPassages = 8;

/** Passages from the workspace's index. Their text is read like that of any other file. */
export function passageSource(files: ContextFiles, index: WorkspaceIndex): PassageSource {
	const searchIn: PassageSource['searchIn'] = async (folders, question, signal) => {
		const found = await index.find(question, { folders, limit: mostPassages }, signal);
		return found.map(({ uri, first, last }) => fileItem('passage', uri, new vscode.Range(first - 1, 0, last, 0)));
	};
	return {
		kind: 'passage',
		search: (question, signal) => searchIn([], question, signal),
		searchIn,
		read: item => files.read(item),
	};
}
