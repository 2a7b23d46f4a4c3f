import { type JSX } from 'preact';
import { type StatusView } from '../../protocol';
import { Icon } from './Icon';

/** Warnings above the composer: what the model no longer sees, that nothing can be saved. */
export function Surroundings({ status }: { readonly status: StatusView | undefined }): JSX.Element | null {
	if (!status || status.notices.length === 0) return null;
	return (
		<ul class="notices">
			{status.notices.map(notice => (
				<li key={notice}>
					<Icon name="info" />
					<span>{notice}</span>
				</li>
			))}
		</ul>
	);
}
