import { type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type ChipView, type CommandView } from '../../protocol';
import { type ChatState } from './chatState';
import { ChipIcon } from './Chip';
import { usePage } from './page';
import { type Trigger } from './trigger';

/** One line of the picker. */
export type Choice =
	{ readonly kind: 'context'; readonly chip: ChipView } | { readonly kind: 'command'; readonly command: CommandView };

/** What there is to choose for what was typed. */
export function pickerList(trigger: Trigger, { commands, suggestions }: ChatState): readonly Choice[] {
	if (trigger.kind !== 'command') return (suggestions?.items ?? []).map(chip => ({ kind: 'context', chip }));
	const typed = trigger.query.toLowerCase();
	return commands.filter(({ name }) => name.startsWith(typed)).map(command => ({ kind: 'command', command }));
}

/** The list above the composer; the text keeps the focus and tells a screen reader which line is the current one. */
export function Picker(props: {
	readonly choices: readonly Choice[];
	readonly selected: number;
	readonly label: string;
	readonly choose: (choice: Choice) => void;
}): JSX.Element {
	const { labels } = usePage();
	const list = useRef<HTMLDivElement>(null);
	useEffect(() => {
		list.current?.children[props.selected]?.scrollIntoView({ block: 'nearest' });
	}, [props.selected]);
	if (props.choices.length === 0) return <p class="picker nothing">{labels.noMatches}</p>;
	return (
		<div ref={list} class="picker" id="picker" role="listbox" aria-label={props.label}>
			{props.choices.map((choice, index) => (
				<div
					key={keyOf(choice)}
					id={`choice-${index}`}
					role="option"
					aria-selected={index === props.selected}
					class={index === props.selected ? 'choice selected' : 'choice'}
					// Not on click: the text must not lose the focus.
					onMouseDown={event => {
						event.preventDefault();
						props.choose(choice);
					}}
				>
					<Line choice={choice} />
				</div>
			))}
		</div>
	);
}

function Line({ choice }: { readonly choice: Choice }): JSX.Element {
	if (choice.kind === 'command') {
		const { name, title, help } = choice.command;
		return (
			<>
				<span class="choice-label">/{name}</span>
				<span class="detail">{help === '' ? title : help}</span>
			</>
		);
	}
	return (
		<>
			<ChipIcon kind={choice.chip.kind} />
			<span class="choice-label">{choice.chip.label}</span>
			<span class="detail">{choice.chip.detail}</span>
		</>
	);
}

const keyOf = (choice: Choice): string => (choice.kind === 'command' ? `/${choice.command.name}` : choice.chip.key);
