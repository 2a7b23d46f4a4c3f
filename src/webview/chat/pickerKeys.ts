import { type Choice } from './Picker';

/** The open picker, as far as keys are concerned. */
export interface PickerKeys {
	readonly choices: readonly Choice[];
	readonly selected: number;
	readonly setSelected: (index: number) => void;
	readonly choose: (choice: Choice) => void;
	readonly close: () => void;
}

/** Whether a key was for the open picker. */
export function pickerKey(event: KeyboardEvent, picker: PickerKeys): boolean {
	const { choices, selected } = picker;
	const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: choices.length - 1 };
	const step = steps[event.key];
	const choice = choices[selected];
	if (step !== undefined && choices.length > 0) picker.setSelected((selected + step) % choices.length);
	else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && choice) picker.choose(choice);
	else if (event.key === 'Escape') picker.close();
	else return false;
	event.preventDefault();
	return true;
}
