import { type JSX, type RefObject } from 'preact';

/** Characters of the codicon font, by the icon's name; chat.css loads the font. */
const icons = {
	add: '\uea60',
	arrowDown: '\uea9a',
	book: '\ueaa4',
	chevronDown: '\ueab4',
	chevronLeft: '\ueab5',
	chevronRight: '\ueab6',
	clippy: '\ueac0',
	close: '\uea76',
	copy: '\uebcc',
	diff: '\ueafd',
	download: '\ueac2',
	edit: '\uea73',
	error: '\uea87',
	file: '\uea7b',
	folder: '\uea83',
	folderOpened: '\ueaf7',
	info: '\uea74',
	insert: '\uec11',
	mention: '\ueb1f',
	newFile: '\uea7f',
	person: '\uea67',
	problems: '\uea6c',
	refresh: '\ueb37',
	replace: '\ueb3d',
	search: '\uea6d',
	selection: '\ueb85',
	send: '\uec0f',
	server: '\ueb50',
	sparkle: '\uec10',
	stop: '\uead7',
	symbol: '\uea8c',
	terminal: '\uea85',
	warning: '\uea6c',
} as const;
export type IconName = keyof typeof icons;

/** A decoration; whatever it stands for is said in words beside it. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
	return (
		<span class="icon" aria-hidden="true">
			{icons[name]}
		</span>
	);
}

/** A button with an icon and its words as tooltip and name. One that does nothing now keeps the focus of who just pressed it. */
export function IconButton(props: {
	readonly icon: IconName;
	readonly label: string;
	readonly disabled?: boolean;
	readonly class?: string;
	readonly element?: RefObject<HTMLButtonElement>;
	readonly onClick: () => void;
}): JSX.Element {
	const { icon, label, disabled = false, onClick } = props;
	return (
		<button
			{...(props.element && { ref: props.element })}
			type="button"
			class={`icon-button ${props.class ?? ''}`}
			title={label}
			aria-label={label}
			aria-disabled={disabled}
			onClick={() => {
				if (!disabled) onClick();
			}}
		>
			<Icon name={icon} />
		</button>
	);
}
