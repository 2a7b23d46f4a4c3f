import { assertNever } from '../base';
import { type ResultPanelLabels, type ToResultPanel } from '../protocol';

/** Everything the result panel shows. */
export interface PanelState {
	readonly phase: 'idle' | 'running' | 'finished' | 'failed';
	readonly title: string;
	readonly labels: ResultPanelLabels;
	readonly canReplace: boolean;
	readonly text: string;
	readonly notes: readonly string[];
	/** 0 to 1; undefined while nobody knows. */
	readonly fraction: number | undefined;
	readonly status: string;
}

const noLabels: ResultPanelLabels = {
	insert: '',
	replace: '',
	copy: '',
	stop: '',
	result: '',
	waiting: '',
	progress: '',
	notes: '',
	actions: '',
};

/** Before the first message: nothing to see and nothing to press. */
export const emptyPanel: PanelState = {
	phase: 'idle',
	title: '',
	labels: noLabels,
	canReplace: false,
	text: '',
	notes: [],
	fraction: undefined,
	status: '',
};

/** The panel after a message. */
export function reducePanel(state: PanelState, message: ToResultPanel): PanelState {
	switch (message.type) {
		case 'start': {
			const { title, labels, canReplace } = message;
			return { ...emptyPanel, phase: 'running', title, labels, canReplace, status: labels.waiting };
		}
		case 'append':
			return { ...state, text: state.text + message.text };
		case 'progress':
			return { ...state, fraction: Math.min(1, Math.max(0, message.fraction)), status: message.status };
		case 'note':
			return { ...state, notes: [...state.notes, message.text] };
		case 'status':
			return { ...state, status: message.text };
		case 'finish':
			return { ...state, phase: 'finished', fraction: 1, status: message.status };
		case 'fail':
			return { ...state, phase: 'failed', status: message.message };
		default:
			return assertNever(message);
	}
}
