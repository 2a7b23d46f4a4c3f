import type * as vscode from 'vscode';
import { type ContextSource } from '../../chat';
import { type WorkspaceIndex } from '../workspaceIndex';
import { type WorkspaceListing } from '../workspaceListing';
import { clipboardSource } from './clipboardSource';
import { ContextFiles } from './contextFiles';
import { diffSource } from './diffSource';
import { fileSource } from './fileSource';
import { folderSource } from './folderSource';
import { passageSource, type PassageSource } from './passageSource';
import { problemSource } from './problemSource';
import { selectionSource } from './selectionSource';
import { symbolSource } from './symbolSource';
import { terminalSource } from './terminalSource';

export { type PassageSource } from './passageSource';
export { fileItem, placeOf } from './contextItems';
export { itemForUri } from './fileSource';
export { mentionedItems, type MentionedItems } from './mentionedItems';
export { CurrentSelection } from './selectionSource';

/** Everything that can be attached to a message. */
export interface ContextSources {
	/** In the order a picker shows them. */
	readonly all: readonly ContextSource[];
	/** The one of them that answers questions about the workspace; it is searched with a whole question, not with part of a name. */
	readonly passages: PassageSource;
}

interface Parts {
	readonly listing: WorkspaceListing;
	readonly index: WorkspaceIndex;
	/** What the user's own rules keep on this machine, while text would leave it. */
	readonly mustStay: (uri: vscode.Uri) => boolean;
}

/** The sources of one window, which share what they know about the workspace. */
export function createContextSources({ listing, index, mustStay }: Parts): ContextSources {
	const files = new ContextFiles(listing, mustStay);
	const passages = passageSource(files, index);
	const all = [
		selectionSource(files),
		fileSource(files, listing),
		folderSource(files, listing),
		symbolSource(files),
		problemSource(files),
		diffSource(listing, mustStay),
		terminalSource(),
		clipboardSource(),
		passages,
	];
	return { all, passages };
}
