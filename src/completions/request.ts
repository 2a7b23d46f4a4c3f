import { type DocumentSnapshot, type Position, type Range } from './document';
import { type DisabledReason } from './outcome';

/** The entry selected in the editor's suggest widget; a suggestion then has to start with it. */
export interface SuggestWidgetItem {
	readonly text: string;
	readonly range: Range;
}

/** One wish for a suggestion: a keystroke or a manual trigger. */
export interface CompletionRequest {
	readonly document: DocumentSnapshot;
	readonly position: Position;
	readonly trigger: 'typing' | 'manual';
	/** The editor has a selection that is not empty. */
	readonly selectedText: boolean;
	readonly suggestWidgetItem?: SuggestWidgetItem;
	/** The editor's indentation for this document. */
	readonly insertSpaces: boolean;
	readonly tabSize: number;
	/** False when suggestions are off here; `disabledReason` says why ('turnedOff' when absent). */
	readonly enabled: boolean;
	readonly disabledReason?: DisabledReason;
}
