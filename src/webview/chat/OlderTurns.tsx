import { type JSX } from 'preact';
import { type OlderView } from '../../protocol';
import { Icon } from './Icon';

/** Where the turns end that the model no longer sees; with the summary that it sees instead, folded away. */
export function OlderTurns({ older }: { readonly older: OlderView }): JSX.Element {
	if (older.summary === '')
		return (
			<p class="older note">
				<Icon name="info" />
				<span>{older.text}</span>
			</p>
		);
	return (
		<details class="older">
			<summary>{older.text}</summary>
			<div class="plain">{older.summary}</div>
			<div class="detail plain">{older.source}</div>
		</details>
	);
}
