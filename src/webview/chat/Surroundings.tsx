import { type JSX } from 'preact';
import { type StatusView } from '../../protocol';
import { Icon } from './Icon';

/** Warnings above the composer: why a message was not sent, what the model no longer sees, that nothing can be saved. The region is always
 * there, so that a screen reader says what comes into it. */
export function Surroundings({ status }: { readonly status: StatusView | undefined }): JSX.Element {
	const notices = status?.notices ?? [];
	return (
		<div role="status">
			{notices.length > 0 && (
				<ul class="notices">
					{notices.map(notice => (
						<li key={notice}>
							<Icon name="info" />
							<span>{notice}</span>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}
