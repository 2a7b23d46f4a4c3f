/** What the panel that shows the result of a command is told. Texts are already localised. */
export type ToResultPanel =
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
	| { readonly type: 'finish'; readonly status: string }
	| { readonly type: 'fail'; readonly message: string };

export interface ResultPanelLabels {
	readonly insert: string;
	readonly replace: string;
	readonly copy: string;
	readonly stop: string;
	readonly result: string;
	readonly waiting: string;
}

export type FromResultPanel =
	| { readonly type: 'ready' }
	| { readonly type: 'insert' }
	| { readonly type: 'replace' }
	| { readonly type: 'copy' }
	| { readonly type: 'stop' };
