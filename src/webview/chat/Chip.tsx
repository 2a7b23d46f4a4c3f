import { type JSX } from 'preact';
import { type ChipView } from '../../protocol';
import { Icon, IconButton, type IconName } from './Icon';
import { fill, usePage } from './page';

const kindIcons: Readonly<Record<ChipView['kind'], IconName>> = {
	selection: 'selection',
	file: 'file',
	folder: 'folder',
	symbol: 'symbol',
	problems: 'problems',
	terminal: 'terminal',
	diff: 'diff',
	clipboard: 'clippy',
	passage: 'book',
};

/** The icon of what a chip stands for. */
export function ChipIcon({ kind }: Pick<ChipView, 'kind'>): JSX.Element {
	return <Icon name={kindIcons[kind]} />;
}

/** Something attached: what it is, what it costs, and what is wrong with it. */
export function Chip({ chip, remove }: { readonly chip: ChipView; readonly remove?: () => void }): JSX.Element {
	const { labels } = usePage();
	const cost = chip.tokens === undefined ? '' : fill(labels.tokens, { count: chip.tokens.toLocaleString() });
	const tooltip = [chip.detail, cost, chip.warning ?? ''].filter(text => text !== '').join('\n');
	const state = chip.refused ? 'refused' : chip.warning !== undefined ? 'warned' : '';
	return (
		<span class={`chip ${state} ${chip.implicit ? 'implicit' : ''}`} title={tooltip}>
			{state === '' ? <ChipIcon kind={chip.kind} /> : <Icon name="warning" />}
			<span class="chip-label">{chip.label}</span>
			{chip.warning !== undefined && <span class="announcements">{chip.warning}</span>}
			{cost !== '' && <span class="chip-cost">{cost}</span>}
			{remove && <IconButton icon="close" label={fill(labels.removeContext, { label: chip.label })} onClick={remove} />}
		</span>
	);
}
