/** What the panel that shows the result of a command is told. Texts are already localised. */
export type ToResultPanel =
	/** Begins a new result; whatever was shown before is gone. */
	| {
			readonly type: 'start';
			readonly title: string;
			readonly labels: ResultPanelLabels;
			readonly canReplace: boolean;
	  }
	| { readonly type: 'append'; readonly text: string }
	| { readonly type: 'progress'; /** 0 to 1. */ readonly fraction: number; readonly status: string }
	/** Something the reader must know: what was left out, that the summary is extractive. */
	| { readonly type: 'note'; readonly text: string }
	/** What a button did: 'Copied.' */
	| { readonly type: 'status'; readonly text: string }
	| { readonly type: 'finish'; readonly status: string }
	| { readonly type: 'fail'; readonly message: string };

export interface ResultPanelLabels {
	readonly insert: string;
	readonly replace: string;
	readonly copy: string;
	readonly stop: string;
	readonly result: string;
	readonly waiting: string;
	/** Names of the progress bar, the list of notes and the row of buttons, for screen readers. */
	readonly progress: string;
	readonly notes: string;
	readonly actions: string;
}

/** Everything the panel can ask for; nothing else that arrives from it has any effect. */
const fromResultPanelTypes = ['ready', 'insert', 'replace', 'copy', 'stop'] as const;

export interface FromResultPanel {
	readonly type: (typeof fromResultPanelTypes)[number];
}

/** A message of the panel if it is one; undefined for whatever else a page may post. */
export function parseFromResultPanel(value: unknown): FromResultPanel | undefined {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return undefined;
	const type = fromResultPanelTypes.find(known => known === (value as { readonly type: unknown }).type);
	return type && { type };
}
