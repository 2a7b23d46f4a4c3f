import { type JSX } from 'preact';
import { type CardView } from '../../protocol';
import { usePage } from './page';

/** Says calmly that no model can chat, and what to do. */
export function ModelCard({ card }: { readonly card: CardView }): JSX.Element {
	const { post } = usePage();
	return (
		<section class="card" aria-label={card.title}>
			<h1>{card.title}</h1>
			<p>{card.text}</p>
			<ul>
				{card.actions.map(action => (
					<li key={action.id}>
						<button
							type="button"
							class={action.isPrimary ? '' : 'secondary'}
							onClick={() => post({ type: 'act', action: action.id })}
						>
							{action.label}
						</button>
						<span class="detail">{action.detail}</span>
					</li>
				))}
			</ul>
			<p class="detail">{card.footer}</p>
		</section>
	);
}
