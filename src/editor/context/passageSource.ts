import * as vscode from 'vscode';
import { type ContextItem, type ContextSource } from '../../chat';
import { type FindOptions, type WorkspaceIndex } from '../workspaceIndex';
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
	const find = async (question: string, options: Omit<FindOptions, 'limit'>, signal: AbortSignal) => {
		const found = await index.find(question, { ...options, limit: mostPassages }, signal);
		return found.map(({ uri, first, last }) => fileItem('passage', uri, new vscode.Range(first - 1, 0, last, 0)));
	};
	return {
		kind: 'passage',
		// A picker asks with every key and must not wait for an index.
		search: (question, signal) => find(question, { folders: [], isHurried: true }, signal),
		searchIn: (folders, question, signal) => find(question, { folders }, signal),
		read: item => files.read(item),
	};
}
