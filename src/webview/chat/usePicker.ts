import { useEffect, useState } from 'preact/hooks';
import { type ChatState } from './chatState';
import { usePage } from './page';
import { pickerList, type Choice } from './Picker';
import { triggerAt, withoutTrigger, type Trigger } from './trigger';
import { type Draft } from './useDraft';
import { type PickerKeys } from './pickerKeys';

/** The picker for @, # and / at the caret; undefined while none of them is being typed. */
export function usePicker(state: ChatState, draft: Draft): (PickerKeys & { readonly trigger: Trigger }) | undefined {
	const { post } = usePage();
	const [selected, setSelected] = useState(0);
	/** The text for which the picker was closed by Escape. */
	const [closedFor, setClosedFor] = useState<string>();
	const { text, caret, write } = draft;
	const trigger = closedFor === text ? undefined : triggerAt(text, caret);
	useEffect(() => {
		setSelected(0);
		if (trigger?.kind === 'context') post({ type: 'suggest', query: trigger.query });
	}, [trigger?.kind, trigger?.query]);
	useEffect(() => {
		if (trigger?.kind === 'command') post({ type: 'listCommands' });
	}, [trigger?.kind]);
	if (!trigger) return undefined;
	const choose = (choice: Choice): void => {
		const { before, after } = withoutTrigger(text, trigger);
		const insert = choice.kind === 'command' ? `/${choice.command.name} ` : '';
		if (choice.kind === 'context') post({ type: 'attach', key: choice.chip.key });
		write(before + insert + after, before.length + insert.length);
	};
	return {
		trigger,
		choices: pickerList(trigger, state),
		selected,
		setSelected,
		choose,
		close: () => setClosedFor(text),
	};
}
